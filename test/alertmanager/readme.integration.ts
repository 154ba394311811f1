import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { parse } from 'yaml';
import { program } from '../../tools/program.js';
import { eventually } from '../support/eventually.js';
import { run } from '../support/process.js';
import { Alertmanager } from './alertmanager.js';
import type { Configuration } from './configuration.js';
import { RELEASES } from './release.js';
import { ruleAlert } from './rule-alert.js';
import { StandIn } from './stand-in.js';

const README = new URL('../../../rules/alertmanager/README.md', import.meta.url);
const AT = { namespace: 'payments', cluster: 'eu-1' };

for (const release of RELEASES) {
  describe(`what rules/alertmanager/README.md says, with Alertmanager ${release.version}`, function () {
    this.timeout(30_000);
    let text: string;
    let amtool: string;
    const undo: (() => Promise<void>)[] = [];

    before(async function () {
      // A machine that has none of its modules yet takes minutes.
      this.timeout(900_000);
      await program(release.alertmanager);
      amtool = await program(release.amtool);
      text = await readFile(README, 'utf8');
    });
    afterEach(async () => {
      for (const each of undo.splice(0).reverse()) await each();
    });

    async function start(moreRules: Configuration['inhibit_rules'] = []): Promise<Alertmanager> {
      const standIn = await StandIn.start();
      undo.push(() => standIn.stop());
      const alertmanager = await Alertmanager.start(release, { receivers: standIn.url, moreRules });
      undo.push(() => alertmanager.stop());
      return alertmanager;
    }

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
      const alertmanager = await start();
      const waits = ruleAlert('ApprovalPending', AT, 'warning');
      await alertmanager.post([
        waits,
        ruleAlert('ApprovalPending', { ...AT, cluster: 'eu-2' }, 'warning'),
        ruleAlert('Stuck', { ...AT, plan_id: 'plan-7' }),
      ]);
      const silence = [`--duration=${duration}`, `--comment=${comment}`, '--author=ada', names, cluster];
      await run(amtool, [`--alertmanager.url=${alertmanager.url}`, 'silence', 'add', ...silence]);
      const silenced = await eventually(async () => {
        const alerts = await alertmanager.alerts();
        const found = alerts.filter(({ status }) => status.state === 'suppressed');
        return alerts.length === 3 && found.length > 0 ? found : undefined;
      });
      expect(silenced.map(({ labels }) => labels)).to.deep.equal([waits.labels]);
    });

    it('a rebalance that is at work mutes alerts of your own, in its cluster', async () => {
      const [, snippet = ''] = /```yaml\n(inhibit_rules:\n[\s\S]*?)```/.exec(text) ?? [];
      const alertmanager = await start((parse(snippet) as Configuration).inhibit_rules);
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
      const muted = await eventually(async () => {
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
  });
}
