import { expect } from 'chai';
import { ATTR_PLAN_ID, SPANS } from '../../lib/semconv.js';
import { Collector } from '../collector/support/collector.js';
import { Jaeger } from '../collector/support/jaeger.js';
import { Observation } from '../collector/support/observed-controller.js';
import { PrometheusServer, type SeriesValue } from '../collector/support/prometheus-server.js';
import { DASHBOARDS, readDashboard } from '../dashboards/dashboard-files.js';
import { ALL, interpolate } from '../dashboards/interpolation.js';
import { panelQueries } from '../dashboards/queries.js';
import type { Matrix } from '../dashboards/stored-prometheus.js';
import { ALERT_RULES, RECORDING_RULES } from '../rules/rule-files.js';
import { TestController } from '../support/controller.js';
import { eventually } from '../support/eventually.js';
import { beginPlan, completePlan } from '../support/life.js';
import { compare, DIFFERENCES, type Reason, verdict } from './support/differences.js';
import { VictoriaMetrics } from './support/victoria-metrics.js';

const AGENTS = 2;
/** So many that each gateway is sure to get some of them: which one does depends on the ports. */
const PROCESSES = 14;
const PLANS = 3;
const SERVICE = 'mesh-controller';
const ROUNDS = 5;
const CONTRACT = '{__name__=~"mesh_rebalance_.+"}';
const MINUTE = 60_000;
/** What differs besides in a history of a few seconds, with more clusters than a panel shows that all do the same. */
const OF_THIS_LAYOUT: Readonly<Record<string, Reason>> = {
  // It is VictoriaMetrics that has the right number.
  'mesh-rebalance-overview: Plans finished / A': 'increase',
  'mesh-rebalance-oncall: Drain timeline / A': 'ties',
  'mesh-rebalance-oncall: Concurrency against its limit / A': 'ties',
  'mesh-rebalance-oncall: Concurrency against its limit / B': 'ties',
};

/** A controller process with its plans. */
interface Process {
  readonly observed: Observation;
  readonly controller: TestController;
  readonly instance: string;
  readonly plans: readonly string[];
}

/** One line for a series, equal for equal ones however a release writes the bounds of a histogram. */
function lineOf({ labels, value }: SeriesValue): string {
  const pairs = Object.entries(labels).map(([name, text]) =>
    name === 'le' ? [name, String(Number(text.replace('+Inf', 'Infinity')))] : [name, text],
  );
  return `${JSON.stringify(pairs.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)))} ${value}`;
}

describe('two agents, a load balancer and two gateways, with VictoriaMetrics and Jaeger as stores', function () {
  this.timeout(180_000);
  let jaeger: Jaeger;
  let victoria: VictoriaMetrics;
  /** Is given the very same samples. */
  let prometheus: PrometheusServer;
  const gateways: Collector[] = [];
  const collectors: Collector[] = [];
  const processes: Process[] = [];
  const running: { stop(): Promise<void> }[] = [];
  /** When the last samples had been exported. */
  let settled: number;

  const add = async <T extends { stop(): Promise<void> }>(part: Promise<T>): Promise<T> => {
    const started = await part;
    running.push(started);
    return started;
  };
  const collector = async (options: Parameters<typeof Collector.start>[0]) => {
    const started = await add(Collector.start(options));
    collectors.push(started);
    return started;
  };

  before(async () => {
    jaeger = await add(Jaeger.start());
    // As docs/observability/scaling.md says; and it shows what has arrived at once, not half a minute later.
    victoria = await add(VictoriaMetrics.start(['-search.minStalenessInterval=5m', '-search.latencyOffset=0s']));
    prometheus = await add(PrometheusServer.start('prometheus-3', { receives: true }));
    for (let count = 0; count < 2; count += 1) {
      gateways.push(
        await collector({
          files: ['gateway.yaml', 'overlays/remote-write.yaml'],
          env: { COLLECTOR_TRACE_STORE: jaeger.endpoint, COLLECTOR_REMOTE_WRITE: victoria.remoteWriteUrl },
          overrides: {
            exporters: {
              'prometheus_remote_write/reference': {
                http: { endpoint: prometheus.remoteWriteUrl },
                translation_strategy: 'UnderscoreEscapingWithSuffixes',
                disable_scope_info: true,
              },
            },
            service: {
              pipelines: { metrics: { exporters: ['prometheus_remote_write', 'prometheus_remote_write/reference'] } },
            },
          },
        }),
      );
    }
    const balancer = await collector({
      files: ['loadbalancer.yaml'],
      env: { COLLECTOR_GATEWAYS: `[${gateways.map(({ grpc }) => grpc).join(', ')}]` },
    });
    const agents: Collector[] = [];
    for (let count = 0; count < AGENTS; count += 1) {
      agents.push(await collector({ files: ['agent.yaml'], env: { COLLECTOR_GATEWAY: balancer.grpc } }));
    }
    for (let index = 0; index < PROCESSES; index += 1) {
      const instance = `controller-${index}`;
      const { http } = agents[index % AGENTS] as Collector;
      const observed = await add(Observation.start({ otlp: http, instanceId: instance, serviceName: SERVICE }));
      const controller = new TestController('payments', `eu-${index}`);
      observed.instrument(controller);
      const plans = Array.from({ length: PLANS }, (_, plan) => `eu-${index}-plan-${plan}`);
      processes.push({ observed, controller, instance, plans });
    }
    for (const { controller } of processes) {
      controller.tell('heartbeat', undefined);
      controller.tell('policyChanged', { maxConcurrentMoves: 8 });
      controller.tell('ownershipChanged', { nodes: { 'node-a': 4, 'node-b': 1 } });
      controller.tell('guardrailTripped', { guardrail: 'cooldown' });
    }
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const { controller, plans } of processes) {
        const plan = plans[round];
        if (plan === undefined) continue;
        beginPlan(controller, plan);
        // The last one goes on.
        if (round < PLANS - 1) completePlan(controller, plan);
      }
      await Promise.all(processes.map(({ observed }) => observed.flush()));
    }
    settled = Date.now();
  });
  after(async () => {
    for (const part of running.splice(0).reverse()) await part.stop();
  });

  it('shows every plan as one trace with all its steps', async () => {
    const finished = Object.values(SPANS).map(({ name }) => name);
    await eventually(async () => {
      for (const plan of processes.flatMap(({ plans }) => plans.slice(0, -1))) {
        const traces = await jaeger.findTraces(SERVICE, { [ATTR_PLAN_ID]: plan });
        expect(traces, plan).to.have.length(1);
        expect(
          traces[0]?.map(({ operationName }) => operationName),
          plan,
        ).to.have.members(finished);
      }
      return true;
    }, 60_000);
    // The last plan of each process is not over, and may arrive last.
    await eventually(async () => {
      expect(await jaeger.findTraces(SERVICE)).to.have.length(PROCESSES * PLANS);
      return true;
    });
  });

  it('gives both gateways a share of the spans and of the metrics', async () => {
    for (const name of ['otelcol_receiver_accepted_spans_total', 'otelcol_receiver_accepted_metric_points_total']) {
      for (const gateway of gateways) expect(await total(gateway, name), name).to.be.above(0);
    }
  });

  it('has each series of each process once, with the value that the process shows', async () => {
    const shown = await Promise.all(
      processes.map(async ({ observed, instance }) => {
        const samples = await observed.scrape();
        return (
          samples
            .filter(({ name }) => name.startsWith('mesh_rebalance_'))
            // What grows by itself while a plan runs is another moment's.
            .filter(({ name }) => name !== 'mesh_rebalance_duration_seconds')
            .map(({ name, labels, value }) =>
              lineOf({ labels: { ...labels, __name__: name, job: SERVICE, instance }, value }),
            )
        );
      }),
    );
    await eventually(async () => {
      await victoria.flush();
      const found = (await victoria.instant(CONTRACT))
        .filter(({ metric }) => metric['__name__'] !== 'mesh_rebalance_duration_seconds')
        .map(({ metric, value }) => lineOf({ labels: metric, value }));
      expect(found.sort()).to.deep.equal(shown.flat().sort());
      return true;
    });
  });

  it('keeps the metrics of a process on one gateway', async () => {
    const name = 'otelcol_receiver_accepted_metric_points_total';
    const shares = new Set<number>();
    for (const { observed, instance } of processes) {
      const before = await Promise.all(gateways.map((gateway) => total(gateway, name)));
      for (let count = 0; count < 3; count += 1) await observed.meterProvider.forceFlush();
      const grown = await eventually(async () => {
        const now = await Promise.all(gateways.map((gateway) => total(gateway, name)));
        const by = now.map((value, index) => value - (before[index] as number));
        return by.some((points) => points > 0) && (await delivered(instance)) ? by : undefined;
      });
      expect(
        grown.filter((points) => points > 0),
        instance,
      ).to.have.length(1);
      shares.add(grown.findIndex((points) => points > 0));
    }
    expect(shares.size, 'gateways with a process').to.equal(2);
  });

  it('has the same results for every rule and every panel as a Prometheus that is written the same samples', async () => {
    await eventually(async () => {
      await victoria.flush();
      const [right] = await prometheus.query(`count(${CONTRACT})`, settled);
      const [found] = await victoria.instant(`count(${CONTRACT})`, settled);
      expect(found?.value).to.equal(right?.value);
      return true;
    });
    const queries = new Map<string, string>();
    for (const { expr, ...rule } of [...RECORDING_RULES, ...ALERT_RULES]) {
      const severity = 'alert' in rule ? `, ${rule.labels.severity}` : '';
      queries.set(`${'alert' in rule ? rule.alert : rule.record}${severity}`, expr);
    }
    for (const uid of DASHBOARDS) {
      const dashboard = readDashboard(uid);
      const values = { namespace: ALL, cluster: ALL, plan_id: 'eu-1-plan-2', node: ALL };
      const choice = { from: settled - 30 * MINUTE, to: settled, step: 15_000, scrape: 15_000, values };
      for (const { key, expr } of panelQueries(dashboard)) {
        queries.set(`${uid}: ${key}`, interpolate(expr, dashboard.templating.list, choice));
      }
    }
    const wrong: string[] = [];
    let answered = 0;
    for (const [name, expr] of queries) {
      const right = asMatrix(await prometheus.query(expr, settled));
      const found = (await victoria.instant(expr, settled)).map(({ metric, value }) => ({ labels: metric, value }));
      const comparison = compare(right, asMatrix(found));
      if (comparison.points > 0) answered += 1;
      const reason = { ...DIFFERENCES, ...OF_THIS_LAYOUT }[name.replace(/, \w+$/, '')];
      wrong.push(...verdict(comparison, reason).map((text) => `${name}: ${text}`));
    }
    expect(wrong).to.deep.equal([]);
    expect(answered, `of ${queries.size} queries`).to.be.above(40);
  });

  it('makes no Collector complain', () => {
    expect(collectors.flatMap(({ complaints }) => complaints)).to.deep.equal([]);
  });

  const asMatrix = (series: readonly SeriesValue[]): Matrix[] =>
    series.map(({ labels, value }) => ({ metric: labels, values: [[0, String(value)]] }));

  async function total(gateway: Collector, metric: string): Promise<number> {
    const samples = await gateway.ownMetrics();
    return samples.filter(({ name }) => name === metric).reduce((sum, { value }) => sum + value, 0);
  }

  /** Whether all that a process has exported is stored: as many samples as there were exports. */
  async function delivered(instance: string): Promise<boolean> {
    await victoria.flush();
    const [samples] = await victoria.samples(`mesh_rebalance_paused{instance="${instance}"}`);
    return samples?.values.length === ROUNDS + 3;
  }
});
