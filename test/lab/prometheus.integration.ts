import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { SCENARIOS } from '../../examples/lab/scenarios.js';
import { program } from '../../tools/program.js';
import { run } from '../support/process.js';
import { Prometheus } from '../support/prometheus.js';
import { runSmall, type ScratchRun } from './scratch.js';

const START = Date.UTC(2026, 0, 1);
const HOURS = 1.2;
const END = START + HOURS * 3_600_000;

const ACTIVE = 'mesh_rebalance_state{plan_id!="",plan_id!="_OTHER",state=~"draining|rebalancing"}';
/** A plan at work that made no progress for half an hour. */
const STUCK = [
  `max by (namespace, cluster, plan_id) (${ACTIVE}) == 1`,
  'max by (namespace, cluster, plan_id) (mesh_rebalance_plan_progress_timestamp_seconds) <= time() - 1800',
].join(' and ');

function indent(text: string): string {
  return text.replaceAll(/^/gm, '    ');
}

async function load(scenario: string, test: (prometheus: Prometheus, run: ScratchRun) => Promise<void>) {
  const result = await runSmall(scenario, { hours: HOURS });
  try {
    const prometheus = await Prometheus.over([join(result.folder, 'metrics.om')]);
    try {
      await test(prometheus, result);
    } finally {
      await prometheus.stop();
    }
  } finally {
    result.remove();
  }
}

describe('a real Prometheus with the data of the lab', () => {
  // Series that are folded into `_OTHER` are not there to be counted.
  for (const { name } of SCENARIOS.filter(({ instrumentation }) => instrumentation === undefined)) {
    it(`${name}: how many plans were there, and which are stuck?`, () =>
      load(name, async (prometheus, { summary }) => {
        const plans = await prometheus.query(
          'count(count by (plan_id) (last_over_time(mesh_rebalance_plan_info[2h])))',
          END,
        );
        expect(plans.map(({ value }) => value)).to.deep.equal([summary.plans]);
        const stuck = await prometheus.query(STUCK, END);
        expect(stuck.map(({ metric }) => metric['plan_id']).sort()).to.deep.equal([...summary.stuck].sort());
      }));
  }

  it('healthy: finds no plan stuck at any time', () =>
    load('healthy', async (prometheus, { summary }) => {
      const done = await prometheus.query('sum(mesh_rebalance_plans_finished_total{outcome="completed"})', END);
      expect(done.map(({ value }) => value)).to.deep.equal([summary.outcomes.completed]);
      for (let minute = 35; minute <= HOURS * 60; minute += 5) {
        expect(await prometheus.query(STUCK, START + minute * 60_000), `minute ${minute}`).to.deep.equal([]);
      }
    }));

  it('stuck-drain: says which plan is stuck, on which node, and for how long', () =>
    load('stuck-drain', async (prometheus, { summary }) => {
      const stuck = await prometheus.query(STUCK, END);
      expect(stuck.map(({ metric }) => metric['plan_id'])).to.deep.equal(summary.stuck);
      expect(stuck[0]?.metric).to.include({ namespace: 'payments', cluster: 'eu-1' });
      const drains = await prometheus.query('mesh_rebalance_drain_shards_remaining{cluster="eu-1"} > 0', END);
      expect(drains.map(({ metric }) => metric['node'])).to.deep.equal(['node-0003']);
      const age = 'time() - mesh_rebalance_plan_created_timestamp_seconds{cluster="eu-1"}';
      const [{ value = 0 } = {}] = await prometheus.query(age, END);
      expect(value).to.equal(HOURS * 3_600 - 5 * 60);
    }));

  it('repeated-failures: sees every failure in increase(), in the right cluster', () =>
    load('repeated-failures', async (prometheus, { summary }) => {
      const failed = await prometheus.query(
        'round(sum by (cluster) (increase(mesh_rebalance_plans_finished_total{outcome="failed"}[2h]))) >= 3',
        END,
      );
      expect(failed.map(({ metric, value }) => [metric['cluster'], value])).to.deep.equal([
        ['eu-1', summary.outcomes.failed],
      ]);
      const kinds = await prometheus.query(
        'count by (error_type) (mesh_rebalance_failures_total{phase="move"} > 0)',
        END,
      );
      expect(kinds.map(({ metric }) => metric['error_type'])).to.deep.equal(['timeout']);
    }));

  it('gives promtool the series of a rule test', async () => {
    const result = await runSmall('stuck-drain', { hours: HOURS });
    try {
      const expected = {
        labels: '{namespace="payments", cluster="eu-1", plan_id="payments-eu-1-0001"}',
        value: 1,
      };
      const heartbeatAge = 'max(time() - mesh_rebalance_controller_heartbeat_timestamp_seconds) < bool 60';
      const tests = [
        { expr: STUCK, eval_time: '70m', exp_samples: [expected] },
        { expr: heartbeatAge, eval_time: '70m', exp_samples: [{ labels: '{}', value: 1 }] },
      ];
      const series = readFileSync(join(result.folder, 'input-series.yaml'), 'utf8').trimEnd();
      const file = join(result.folder, 'test.yml');
      // JSON is YAML.
      const lines = ['tests:', '  -', indent(series), `    promql_expr_test: ${JSON.stringify(tests)}`];
      writeFileSync(file, lines.join('\n'));
      expect(await run(await program('promtool-2'), ['test', 'rules', file])).to.include('SUCCESS');
    } finally {
      result.remove();
    }
  });
});
