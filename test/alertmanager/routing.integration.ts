import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { ALERT_PREFIX } from '../../rules/alert-definition.js';
import { program } from '../../tools/program.js';
import { run } from '../support/process.js';
import { readConfiguration } from './configuration.js';
import { forEachRelease } from './for-each-release.js';
import { RELEASES } from './release.js';
import { DEFINITIONS } from './rule-alert.js';

const RECEIVER_OF = {
  critical: 'mesh-rebalance-page',
  warning: 'mesh-rebalance-ticket',
  info: 'mesh-rebalance-nobody',
} as const;
const SEVERITIES = Object.keys(RECEIVER_OF) as (keyof typeof RECEIVER_OF)[];
const NAMES = [...new Set(DEFINITIONS.map(({ name }) => `${ALERT_PREFIX}${name}`))];

it('the configurations of Alertmanager route and mute the same, and differ by Teams only', async () => {
  const [modern, old] = await Promise.all(RELEASES.map(({ config }) => readConfiguration(config)));
  const teams = modern?.receivers.flatMap(({ msteamsv2_configs = [] }) => msteamsv2_configs);
  expect(teams).to.have.length(2);
  for (const receiver of modern?.receivers ?? []) delete receiver.msteamsv2_configs;
  expect(modern).to.deep.equal(old);
});

forEachRelease(
  ({ version }) => `the configuration for Alertmanager ${version}`,
  { programs: ({ amtool }) => [amtool] },
  ({ release: { config, amtool }, cleanup }) => {
    let tool: string;

    before(async () => {
      tool = await program(amtool);
    });

    async function receiver(file: string, labels: Record<string, string>): Promise<string> {
      const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
      return (await run(tool, ['config', 'routes', 'test', `--config.file=${file}`, ...pairs])).trim();
    }

    it('is valid, with its templates', async () => {
      const said = await run(tool, ['check-config', config]);
      expect(said).to.match(/ 1 templates\n\s+SUCCESS/);
    });

    it('sends every alert to the receiver of its severity', async () => {
      expect(NAMES).to.have.length.above(20);
      for (const alertname of NAMES) {
        for (const severity of SEVERITIES) {
          const found = await receiver(config, { alertname, severity, namespace: 'payments', cluster: 'eu-1' });
          expect(found, `${alertname} ${severity}`).to.equal(RECEIVER_OF[severity]);
        }
      }
    });

    it('makes a ticket of an alert whose severity is missing or misspelt', async () => {
      const alertname = NAMES[0] as string;
      expect(await receiver(config, { alertname })).to.equal('mesh-rebalance-ticket');
      expect(await receiver(config, { alertname, severity: 'Critical' })).to.equal('mesh-rebalance-ticket');
    });

    it('leaves all other alerts to the tree that it is in', async () => {
      expect(await receiver(config, { alertname: 'DiskFull', severity: 'critical' })).to.equal('default');
      expect(await receiver(config, { alertname: 'MyMeshRebalanceStuck', severity: 'critical' })).to.equal('default');
    });

    it('can be mounted beneath a tree of your own', async () => {
      const configuration = await readConfiguration(config);
      const own = { receiver: 'storage-team', matchers: ['namespace="payments"'] };
      configuration.route = { receiver: 'default', routes: [...(configuration.route.routes ?? []), own] };
      configuration.receivers.push({ name: 'storage-team' });
      const file = join(await cleanup.folder('routes'), 'alertmanager.yml');
      await writeFile(file, JSON.stringify({ ...configuration, templates: [] }));
      const at = { namespace: 'payments', severity: 'critical' };
      expect(await receiver(file, { ...at, alertname: 'DiskFull' })).to.equal('storage-team');
      expect(await receiver(file, { ...at, alertname: 'MeshRebalanceStuck' })).to.equal('mesh-rebalance-page');
      expect(await receiver(file, { alertname: 'DiskFull', namespace: 'search' })).to.equal('default');
    });

    it('has a maintenance window for waiting and for long plans, and for nothing else', async () => {
      const { route } = await readConfiguration(config);
      const inWindow = (route.routes?.[0]?.routes ?? []).filter((each) => each.mute_time_intervals !== undefined);
      expect(inWindow).to.have.length(1);
      const [, names = ''] = /^alertname=~"(.*)"$/.exec(inWindow[0]?.matchers?.[0] ?? '') ?? [];
      const matched = NAMES.filter((name) => new RegExp(`^(?:${names})$`).test(name));
      const waiting = ['MeshRebalanceApprovalPending', 'MeshRebalancePlanHeld'];
      expect(matched).to.have.members([...waiting, 'MeshRebalanceRunningTooLong']);
    });

    it('names only alerts that the rules have', async () => {
      const { inhibit_rules } = await readConfiguration(config);
      const matchers = inhibit_rules.flatMap(({ source_matchers, target_matchers }) => [
        ...source_matchers,
        ...target_matchers,
      ]);
      const named = matchers.flatMap((matcher) => {
        const [, prefix, one, several] =
          /^alertname!?(?:=|=~|~)"(MeshRebalance)(?:(\w+)|\(([\w|]+)\))"$/.exec(matcher) ?? [];
        return (several?.split('|') ?? (one === undefined ? [] : [one])).map((name) => `${prefix}${name}`);
      });
      expect(named).to.include('MeshRebalanceStuck');
      expect(NAMES).to.include.members(named);
    });
  },
);
