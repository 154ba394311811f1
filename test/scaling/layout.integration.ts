import { expect } from 'chai';
import { ATTR_PLAN_ID, METRICS, SPANS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import type { Collector } from '../collector/support/collector.js';
import { DASHBOARDS, readDashboard } from '../dashboards/dashboard-files.js';
import { ALL, interpolate } from '../dashboards/interpolation.js';
import { panelQueries } from '../dashboards/queries.js';
import { ALERT_RULES, RECORDING_RULES } from '../rules/rule-files.js';
import { Cleanup } from '../support/cleanup.js';
import { beginPlan, completePlan } from '../support/life.js';
import type { Matrix, Point } from '../support/prometheus.js';
import { MINUTE } from '../support/time.js';
import { until } from '../support/until.js';
import { compare, DIFFERENCES, OF_YOUNG_FLEETS, verdict } from './support/differences.js';
import { type Layout, type Process, SERVICE, startLayout } from './support/layout.js';

const CONTRACT = '{__name__=~"mesh_rebalance_.+"}';
/** Metrics with another value at each moment while a plan runs. */
const OF_THE_MOMENT: ReadonlySet<string | undefined> = new Set(
  [METRICS.duration, METRICS.clock, METRICS.planEstimatedEnd].map(({ name }) => name),
);
const ACCEPTED = {
  spans: { name: 'otelcol_receiver_accepted_spans_total' },
  points: { name: 'otelcol_receiver_accepted_metric_points_total' },
};
/** Exports before the first test, and in the test of the shares. */
const ROUNDS = 5;
const MORE_ROUNDS = 3;

/** One line for a series, equal for equal ones however a release writes the bounds of a histogram. */
function lineOf({ metric, value }: Point): string {
  const pairs = Object.entries(metric).map(([name, text]) =>
    name === 'le' ? [name, String(Number(text.replace('+Inf', 'Infinity')))] : [name, text],
  );
  return `${JSON.stringify(pairs.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)))} ${value}`;
}

/** Has every process begin its plans, one a round, and complete all but the last. */
async function rebalance(processes: readonly Process[]): Promise<void> {
  for (const { controller } of processes) {
    controller.tell('heartbeat', undefined);
    controller.tell('policyChanged', { maxConcurrentMoves: 8 });
    controller.tell('ownershipChanged', { nodes: { 'node-a': 4, 'node-b': 1 } });
    controller.tell('guardrailTripped', { guardrail: 'cooldown' });
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { controller, plans } of processes) {
      const plan = plans[round];
      if (plan !== undefined) beginPlan(controller, plan);
      if (plan !== undefined && plan !== plans.at(-1)) completePlan(controller, plan);
    }
    await Promise.all(processes.map(({ observed }) => observed.flush()));
  }
}

/** The series that a process shows for a scrape, as a store should have them. */
async function shownBy({ observed, instance }: Process): Promise<Point[]> {
  const samples = await observed.scrape();
  return samples
    .filter(({ name }) => name.startsWith('mesh_rebalance_'))
    .map(({ name, labels, value }) => ({ metric: { ...labels, __name__: name, job: SERVICE, instance }, value }));
}

const linesOf = (series: readonly Point[]) =>
  series
    .filter(({ metric }) => !OF_THE_MOMENT.has(metric['__name__']))
    .map(lineOf)
    .sort();

/** The queries of all rules and panels, as they are asked at a time, by what they are called. */
function everyQuery(at: number): Map<string, string> {
  const queries = new Map<string, string>();
  for (const { record, expr } of RECORDING_RULES) queries.set(record, expr);
  for (const { alert, labels, expr } of ALERT_RULES) queries.set(`${alert}, ${labels.severity}`, expr);
  const values = { namespace: ALL, cluster: ALL, plan_id: 'eu-1-plan-2', node: ALL };
  const choice = { from: at - 30 * MINUTE, to: at, step: 15_000, scrape: 15_000, values };
  for (const uid of DASHBOARDS) {
    const dashboard = readDashboard(uid);
    for (const { key, expr } of panelQueries(dashboard)) {
      queries.set(`${uid}: ${key}`, interpolate(expr, dashboard.templating.list, choice));
    }
  }
  return queries;
}

const asMatrix = (series: readonly Point[]): Matrix[] =>
  series.map(({ metric, value }) => ({ metric, values: [[0, String(value)]] }));

describe('two agents, a load balancer and two gateways, with VictoriaMetrics and Jaeger as stores', () => {
  const cleanup = Cleanup.forSuite();
  let layout: Layout;
  /** When the last samples had been exported. */
  let settled: number;

  before(async () => {
    layout = await startLayout(cleanup);
    await rebalance(layout.processes);
    settled = Date.now();
  });

  it('shows every plan as one trace with all its steps', async () => {
    const { jaeger, processes } = layout;
    const steps = Object.values(SPANS).map(({ name }) => name);
    const finished = processes.flatMap(({ plans }) => plans.slice(0, -1));
    await until(async () => {
      for (const plan of finished) {
        const traces = await jaeger.findTraces(SERVICE, { [ATTR_PLAN_ID]: plan });
        const names = traces.map((spans) => spans.map(({ operationName }) => operationName).sort());
        expect(names, plan).to.deep.equal([[...steps].sort()]);
      }
      return true;
    }, 60_000);
    // The last plan of each process is not over, and may arrive last.
    const all = processes.flatMap(({ plans }) => plans);
    await until(async () => expect(await jaeger.findTraces(SERVICE)).to.have.length(all.length));
  });

  it('gives both gateways a share of the spans and of the metrics', async () => {
    for (const metric of Object.values(ACCEPTED)) {
      for (const gateway of layout.gateways) expect(await gateway.own(metric), metric.name).to.be.above(0);
    }
  });

  it('has each series of each process once, with the value that the process shows', async () => {
    const shown = linesOf((await Promise.all(layout.processes.map(shownBy))).flat());
    await until(async () => {
      await layout.victoria.flush();
      return expect(linesOf(await layout.victoria.instant(CONTRACT))).to.deep.equal(shown);
    });
  });

  it('keeps the metrics of a process on one gateway', async () => {
    const { gateways, processes, victoria } = layout;
    const accepted = () => Promise.all(gateways.map((gateway) => gateway.own(ACCEPTED.points)));
    /** As many samples of a series are stored as there were exports. */
    const expectDelivered = async (instance: string) => {
      await victoria.flush();
      const [samples] = await victoria.samples(`mesh_rebalance_paused{instance="${instance}"}`);
      expect(samples?.values, instance).to.have.length(ROUNDS + MORE_ROUNDS);
    };
    const chosen = new Set<Collector>();
    for (const { observed, instance } of processes) {
      const before = await accepted();
      for (let round = 0; round < MORE_ROUNDS; round += 1) await observed.meterProvider.forceFlush();
      const used = await until(async () => {
        await expectDelivered(instance);
        const now = await accepted();
        return gateways.filter((_, index) => (now[index] as number) > (before[index] as number));
      });
      expect(used, instance).to.have.length(1);
      for (const gateway of used) chosen.add(gateway);
    }
    expect(chosen.size, 'gateways with a process').to.equal(2);
  });

  it('has the same results for every rule and every panel as a Prometheus that is written the same samples', async () => {
    const { prometheus, victoria } = layout;
    await until(async () => {
      await victoria.flush();
      const [right] = await prometheus.query(`count(${CONTRACT})`, settled);
      const [found] = await victoria.instant(`count(${CONTRACT})`, settled);
      return expect(found?.value).to.equal(right?.value);
    });
    const queries = everyQuery(settled);
    const wrong: string[] = [];
    let answered = 0;
    for (const [name, expr] of queries) {
      const right = await prometheus.query(expr, settled);
      const comparison = compare(asMatrix(right), asMatrix(await victoria.instant(expr, settled)));
      if (comparison.points > 0) answered += 1;
      const reason = { ...DIFFERENCES, ...OF_YOUNG_FLEETS }[name.replace(/, \w+$/, '')];
      wrong.push(...verdict(comparison, reason).map((text) => `${name}: ${text}`));
    }
    expect(wrong).to.deep.equal([]);
    expect(answered, `of ${queries.size} queries`).to.be.above(40);
  });

  it('makes no Collector complain', () => {
    expect(layout.collectors.flatMap(({ complaints }) => complaints)).to.deep.equal([]);
  });
});
