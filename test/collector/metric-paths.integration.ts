import { expect } from 'chai';
import { METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { Cleanup } from '../support/cleanup.js';
import { TestController } from '../support/controller.js';
import type { Sample } from '../support/exposition.js';
import { beginPlan, completePlan } from '../support/life.js';
import { type Point, Prometheus, type PrometheusRelease } from '../support/prometheus.js';
import { until } from '../support/until.js';
import { Collector } from './support/collector.js';
import { Observation } from './support/observation.js';
import { OtlpSink } from './support/otlp-sink.js';

const RELEASES = ['2', '3'] as const satisfies PrometheusRelease[];
const RETENTION_MS = 10_000;
/** Of every Prometheus that is not told otherwise. */
const LOOKBACK_MS = 300_000;
/** What says where a series came from, and not what it is. */
const TARGET_LABELS = ['job', 'instance'];
/** Stands in for the five minutes of `gateway.yaml`. */
const EXPIRATION = '3s';

/** Lines that are equal for equal series: the target's labels left out, and bounds as numbers. */
function canonical(series: readonly Point[]): string[] {
  return series
    .filter(({ metric }) => metric['__name__']?.startsWith('mesh_rebalance_'))
    .map(({ metric, value }) => {
      const pairs = Object.entries(metric)
        .filter(([name]) => !TARGET_LABELS.includes(name))
        // Prometheus 3 writes 5.0 where the others write 5.
        .map(([name, text]) =>
          name === 'le' ? [name, String(Number(text.replace('+Inf', 'Infinity')))] : [name, text],
        )
        .sort();
      return `${JSON.stringify(Object.fromEntries(pairs))} ${value}`;
    })
    .sort();
}

/** A scrape in the shape of a query's result. */
const asSeries = (samples: readonly Sample[]): Point[] =>
  samples.map(({ name, labels, value }) => ({ metric: { ...labels, __name__: name }, value }));

/** How a Prometheus comes to its series, which decides how soon a series that has ended is gone from it. */
type Arrival = 'told of the end' | 'last value shown for a while' | 'last value until the lookback ends';

interface Way {
  readonly server: Prometheus;
  readonly arrival: Arrival;
}

describe('a controller over every way to a Prometheus', () => {
  /** The controller's clock: what grows while a plan runs must not grow between two ways of looking. */
  let now: number;
  let observed: Observation;
  const ways = new Map<string, Way>();
  const collectors: Collector[] = [];
  const cleanup = Cleanup.forSuite();

  /** An agent that sends to a gateway of its own. */
  const startPipeline = async (agentFiles: readonly string[], gatewayFiles: readonly string[], env = {}) => {
    const gateway = await cleanup.use(
      Collector.start({
        files: ['gateway.yaml', ...gatewayFiles],
        env: { COLLECTOR_TRACE_STORE: store.endpoint, COLLECTOR_METRIC_EXPIRATION: EXPIRATION, ...env },
      }),
    );
    const agent = await cleanup.use(
      Collector.start({ files: ['agent.yaml', ...agentFiles], env: { COLLECTOR_GATEWAY: gateway.grpc, ...env } }),
    );
    collectors.push(gateway, agent);
    return { gateway, agent };
  };

  const startStore = async (release: PrometheusRelease, way: string, arrival: Arrival) => {
    const server = await cleanup.use(Prometheus.start({ release, receives: true }));
    ways.set(way, { server, arrival });
    return server;
  };
  const startScraper = async (release: PrometheusRelease, way: string, port: number, arrival: Arrival) => {
    const server = await cleanup.use(Prometheus.start({ release, targets: [port] }));
    ways.set(`prometheus-${release}: ${way}`, { server, arrival });
  };

  let store: OtlpSink;
  before(async () => {
    store = await cleanup.use(OtlpSink.start());
    const lingering = 'last value until the lookback ends';
    const own = await startStore('3', 'prometheus-3: its own OTLP', lingering);
    const urls = [own.otlpMetricsUrl];
    for (const release of RELEASES) {
      const server = await startStore(release, `prometheus-${release}: remote write`, lingering);
      const { agent } = await startPipeline([], ['overlays/remote-write.yaml'], {
        COLLECTOR_REMOTE_WRITE: server.remoteWriteUrl,
      });
      urls.push(`${agent.http}/v1/metrics`);
    }
    const { agent, gateway } = await startPipeline([], []);
    urls.push(`${agent.http}/v1/metrics`);
    observed = await cleanup.use(Observation.start({ instanceId: 'controller-1', metricUrls: urls }));
    const scraping = { CONTROLLER_METRICS: `127.0.0.1:${observed.port}`, CONTROLLER_SCRAPE_INTERVAL: '1s' };
    const ended = await startStore('3', 'prometheus-3: scraping agent, remote write', 'told of the end');
    await startPipeline(['agent-scrape.yaml'], ['overlays/remote-write.yaml'], {
      ...scraping,
      COLLECTOR_REMOTE_WRITE: ended.remoteWriteUrl,
    });
    const scraped = await startPipeline(['agent-scrape.yaml'], [], scraping);
    for (const release of RELEASES) {
      await startScraper(release, 'scrapes the controller', observed.port, 'told of the end');
      await startScraper(release, 'scrapes the gateway', gateway.ports.metrics, 'last value shown for a while');
      const { metrics } = scraped.gateway.ports;
      await startScraper(release, 'scrapes the gateway of a scraping agent', metrics, 'told of the end');
    }
    now = Date.now() - 20_000;
    const options = { clock: () => now, zeroForMillis: 0, retentionMillis: RETENTION_MS };
    const crowded = new TestController('payments', 'eu-1');
    observed.instrument(crowded, { ...options, maxPlans: 3 });
    playEveryMetric(crowded, () => {
      now += 100;
    });
    const quiet = new TestController('payments', 'eu-2');
    observed.instrument(quiet, options);
    beginPlan(quiet, 'plan-ended');
    now += 100;
    completePlan(quiet, 'plan-ended');
    // A counter is shown at 0 once.
    await observed.scrape();
    now += 1_000;
    const exports = setInterval(() => observed.flush().catch(() => undefined), 1_000);
    cleanup.add(() => clearInterval(exports));
  });

  /** Waits until a query has on all ways what the controller shows. */
  const expectSame = async (direct: readonly string[], timeOf: (way: Way) => number | undefined) => {
    await Promise.all(
      [...ways].map(([name, way]) =>
        until(async () => {
          const seen = canonical(await way.server.query('{__name__=~"mesh_rebalance_.+"}', timeOf(way)));
          const missing = direct.filter((line) => !seen.includes(line));
          const surplus = seen.filter((line) => !direct.includes(line));
          const nothing = { missing: [], surplus: [], count: direct.length };
          return expect({ missing, surplus, count: seen.length }, name).to.deep.equal(nothing);
        }),
      ),
    );
  };

  it('has the names, labels and values that the controller shows', async () => {
    const direct = canonical(asSeries(await observed.scrape()));
    const names = new Set(direct.map((line) => /"__name__":"([^"]+?)(?:_bucket|_sum|_count)?"/.exec(line)?.[1]));
    expect([...names]).to.have.members(Object.values(METRICS).map(({ name }) => name));
    expect(direct.some((line) => line.includes('"plan-ended"'))).to.equal(true);
    expect(direct.some((line) => line.includes('"_OTHER"'))).to.equal(true);
    await expectSame(direct, () => undefined);
  });

  it('loses a retired plan: at once where it is scraped, over OTLP as soon as the last value has expired', async () => {
    const shown = now;
    now += RETENTION_MS;
    const direct = canonical(asSeries(await observed.scrape()));
    expect(direct.some((line) => line.includes('"plan-ended"'))).to.equal(false);
    expect(direct.some((line) => line.includes('"plan-3"'))).to.equal(true);
    // What was shown before the end is not older than the lookback of Prometheus, but will be.
    const later = shown + LOOKBACK_MS + 1_000;
    await expectSame(direct, ({ arrival }) => (arrival === 'last value until the lookback ends' ? later : undefined));
  });

  it('makes no Collector complain', () => {
    expect(collectors.flatMap(({ complaints }) => complaints)).to.deep.equal([]);
  });
});

/** Makes every metric of the contract appear, in more than one series where that can be. */
function playEveryMetric(controller: TestController, pass: () => void): void {
  const planId = 'plan "1"\\';
  controller.tell('heartbeat', undefined);
  controller.tell('leadershipChanged', { leading: true });
  controller.tell('decommissioned', { cluster: 'eu-0' });
  controller.tell('policyChanged', { maxConcurrentMoves: 8 });
  controller.tell('ownershipChanged', { nodes: { 'node-a': 4, 'node-b': 0 } });
  controller.tell('guardrailTripped', { guardrail: 'cooldown' });
  controller.tellRaw('planFinished', { planId: 'plan-0', outcome: 'vanished' });
  beginPlan(controller, planId);
  beginPlan(controller, 'plan-2');
  pass();
  controller.tell('moveFinished', { planId, shard: 's-1', outcome: 'completed', bytes: 1_024 });
  controller.tell('moveStarted', { planId, shard: 's-2', source: 'node-a', target: 'node-b' });
  controller.tell('moveFinished', { planId: 'plan-2', shard: 's-1', outcome: 'failed', errorType: 'timeout' });
  controller.tell('planCreated', { planId: 'plan-3', trigger: 'imbalance', approvalMode: 'manual', shards: 7 });
  controller.tell('approvalRequested', { planId: 'plan-3' });
  // More than maxPlans: the next ones are folded.
  beginPlan(controller, 'plan-4');
  pass();
  beginPlan(controller, 'plan-5');
}
