import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { parse } from 'yaml';
import { program } from '../../tools/program.js';
import { run } from '../support/process.js';
import { until } from '../support/until.js';
import type { Configuration } from './configuration.js';
import { forEachRelease } from './for-each-release.js';
import { ruleAlert } from './rule-alert.js';

const README = new URL('../../../rules/alertmanager/README.md', import.meta.url);
const AT = { namespace: 'payments', cluster: 'eu-1' };

forEachRelease(
  ({ version }) => `what rules/alertmanager/README.md says, with Alertmanager ${version}`,
  { programs: ({ alertmanager, amtool }) => [alertmanager, amtool] },
  ({ release, start }) => {
    let text: string;
    let amtool: string;

    before(async () => {
      amtool = await program(release.amtool);
      text = await readFile(README, 'utf8');
    });

    it('the commands that test routes print what it says', async () => {
      const commands = [...text.matchAll(/^amtool (config routes test) --config\.file=\S+ (.*)\n# (.*)$/gm)];
      expect(commands).to.have.length(3);
      for (const [, verb = '', labels = '', receiver] of commands) {
        const args = [...verb.split(' '), `--config.file=${release.config}`, ...labels.split(' ')];
        expect((await run(amtool, args)).trim()).to.equal(receiver);
      }
    });

    it('the silence for a single night is on what the window holds back, in one cluster', async () => {
      const [, duration = '', comment = '', names = '', cluster = ''] =
        /^amtool silence add --duration=(\S+) --comment='(.*?)' '(.*?)' (\S+)$/m.exec(text) ?? [];
      const { alertmanager } = await start();
      const waits = ruleAlert('ApprovalPending', AT, 'warning');
      await alertmanager.post([
        waits,
        ruleAlert('ApprovalPending', { ...AT, cluster: 'eu-2' }, 'warning'),
        ruleAlert('Stuck', { ...AT, plan_id: 'plan-7' }),
      ]);
      const silence = [`--duration=${duration}`, `--comment=${comment}`, '--author=ada', names, cluster];
      await run(amtool, [`--alertmanager.url=${alertmanager.url}`, 'silence', 'add', ...silence]);
      const silenced = await until(async () => {
        const alerts = await alertmanager.alerts();
        const found = alerts.filter(({ status }) => status.state === 'suppressed');
        return alerts.length === 3 && found.length > 0 ? found : undefined;
      });
      expect(silenced.map(({ labels }) => labels)).to.deep.equal([waits.labels]);
    });

    it('a rebalance that is at work mutes alerts of your own, in its cluster', async () => {
      const [, snippet = ''] = /```yaml\n(inhibit_rules:\n[\s\S]*?)```/.exec(text) ?? [];
      const { alertmanager } = await start({ moreRules: (parse(snippet) as Configuration).inhibit_rules });
      const own = (labels: object) => ({
        labels: { alertname: 'DiskIoSaturated', severity: 'warning', ...labels },
      });
      await alertmanager.post([
        own(AT),
        own({ ...AT, cluster: 'eu-2' }),
        own({ ...AT, severity: 'critical' }),
        own({}),
        ruleAlert('InProgress', {}),
        ruleAlert('InProgress', AT),
      ]);
      const muted = await until(async () => {
        const alerts = await alertmanager.alerts();
        const found = alerts.filter(({ status }) => status.inhibitedBy.length > 0);
        return alerts.length === 6 && found.length > 0 ? found : undefined;
      });
      expect(muted.map(({ labels }) => labels)).to.deep.equal([own(AT).labels]);
    });

    it('its table of what mutes what has a line for each rule', async () => {
      const { inhibit_rules } = parse(await readFile(release.config, 'utf8')) as Configuration;
      const rows = [...text.matchAll(/^\| .+ \| .+ \| namespace, cluster.* \|$/gm)];
      expect(rows).to.have.length(inhibit_rules.length);
    });
  },
);
