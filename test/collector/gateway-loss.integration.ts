import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { METRICS, SPANS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { parse } from 'yaml';
import { OWN_METRICS } from '../../collector/own-metrics.js';
import { Cleanup } from '../support/cleanup.js';
import { TestController } from '../support/controller.js';
import { beginPlan, completePlan } from '../support/life.js';
import { Prometheus } from '../support/prometheus.js';
import { until } from '../support/until.js';
import { CONFIGURATIONS, Collector, REFUSED, SEND_FAILED } from './support/collector.js';
import { sendNumbered } from './support/numbered.js';
import { Observation } from './support/observation.js';
import { OtlpSink } from './support/otlp-sink.js';

/** So many that each gateway is sure to get some of them: which one does depends on the ports. */
const PROCESSES = 16;
const PLANS_IN_A_ROUND = 2;
/** Bytes; still more than one delivery of {@link SMALL_DELIVERIES} has. The sooner it is full, the shorter the test. */
const SMALL_QUEUE = 250_000;
/** Items; a quarter of what is shipped. */
const SMALL_DELIVERIES = { batch: { min_size: 256, max_size: 1_024 } };
/** By how much faster retries are than as shipped: five minutes become two seconds. */
const HASTE = 150;

/** The retries of a shipped file, in haste. A time of 0 is for ever, and stays so. */
function hastened(retry: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(retry).map(([name, duration]) => {
      const [, seconds] = /^(\d+)s$/.exec(duration) ?? [];
      if (seconds === undefined) throw new Error(`${name}: ${duration} is not in seconds`);
      return [name, `${Math.round((1_000 * Number(seconds)) / HASTE)}ms`];
    }),
  );
}

/** How a load balancer tries again, as it is shipped. */
const SHIPPED = (
  parse(readFileSync(join(CONFIGURATIONS, 'loadbalancer.yaml'), 'utf8'), { merge: true }) as {
    exporters: { 'load_balancing/by_process': { protocol: { otlp: { retry_on_failure: Record<string, string> } } } };
  }
).exporters['load_balancing/by_process'].protocol.otlp.retry_on_failure;
const RETRY = hastened(SHIPPED);
const { max_elapsed_time: _, ...PAUSES } = RETRY;

/** One controller process, which finishes plans and exports once a round. */
class Process {
  readonly observed: Observation;
  readonly cluster: string;
  readonly #controller: TestController;
  #plans = 0;
  #rounds = 0;

  private constructor(observed: Observation, cluster: string) {
    this.observed = observed;
    this.cluster = cluster;
    this.#controller = new TestController('payments', cluster);
    observed.instrument(this.#controller);
  }

  static async start(otlp: string, index: number): Promise<Process> {
    const cluster = `eu-${index}`;
    return new Process(await Observation.start({ otlp, instanceId: `controller-${index}` }), cluster);
  }

  /** Ids of all its plans. */
  get plans(): string[] {
    return Array.from({ length: this.#plans }, (_, index) => `${this.cluster}-plan-${index}`);
  }

  /** How many exports there were. */
  get rounds(): number {
    return this.#rounds;
  }

  async round(): Promise<void> {
    for (let count = 0; count < PLANS_IN_A_ROUND; count += 1) {
      const plan = `${this.cluster}-plan-${this.#plans}`;
      this.#plans += 1;
      beginPlan(this.#controller, plan);
      completePlan(this.#controller, plan);
    }
    await this.observed.flush();
    this.#rounds += 1;
  }

  stop(): Promise<void> {
    return this.observed.stop();
  }
}

/** The spans of a plan that {@link beginPlan} and {@link completePlan} make. */
const SPANS_OF_PLAN = Object.values(SPANS).map(({ name }) => name);

describe('one of two gateways is down', () => {
  const cleanup = Cleanup.forEachTest();
  let traces: OtlpSink;
  let metrics: Prometheus;
  let gateways: Collector[];

  beforeEach(async () => {
    traces = await cleanup.use(OtlpSink.start());
    metrics = await cleanup.use(Prometheus.start({ release: '3', receives: true }));
    gateways = [];
    for (let count = 0; count < 2; count += 1) {
      const env = { COLLECTOR_TRACE_STORE: traces.endpoint, COLLECTOR_REMOTE_WRITE: metrics.remoteWriteUrl };
      gateways.push(await cleanup.use(Collector.start({ files: ['gateway.yaml', 'overlays/remote-write.yaml'], env })));
    }
  });

  /** A load balancer in front of the gateways. */
  function startBalancer(protocol: object): Promise<Collector> {
    const exporter = { protocol: { otlp: protocol } };
    return cleanup.use(
      Collector.start({
        files: ['loadbalancer.yaml'],
        env: { COLLECTOR_GATEWAYS: `[${gateways.map(({ grpc }) => grpc).join(', ')}]` },
        overrides: { exporters: { 'load_balancing/by_trace': exporter, 'load_balancing/by_process': exporter } },
      }),
    );
  }

  /** The same, with an agent and controllers in front of it. */
  async function startSenders(
    protocol: object,
    { files = [], queue = {} }: { files?: readonly string[]; queue?: object } = {},
  ) {
    const balancer = await startBalancer(protocol);
    const agent = await cleanup.use(
      Collector.start({
        files: ['agent.yaml', ...files],
        env: { COLLECTOR_GATEWAY: balancer.grpc },
        overrides: { exporters: { otlp_grpc: { retry_on_failure: PAUSES, sending_queue: queue } } },
      }),
    );
    const processes: Process[] = [];
    for (let index = 0; index < PROCESSES; index += 1) {
      processes.push(await cleanup.use(Process.start(agent.http, index)));
    }
    return { balancer, agent, processes };
  }

  /** Which exports of each process have arrived: their numbers, from the counter that grows with each. */
  async function arrivedRounds(): Promise<Map<string, number>> {
    const query = `count_over_time(${METRICS.paused.name}[1h])`;
    const counted = await metrics.query(query);
    return new Map(counted.map(({ metric, value }) => [metric['cluster'] ?? '', value]));
  }

  /** The names of the spans of each plan that have arrived, without repetitions. */
  async function arrivedSpans(): Promise<Map<string, Set<string>>> {
    const found = new Map<string, Set<string>>();
    for (const { name, attributes = [] } of await traces.spans()) {
      const plan = attributes.find(({ key }) => key === 'mesh.rebalance.plan.id')?.value.stringValue ?? '';
      found.set(plan, (found.get(plan) ?? new Set()).add(name));
    }
    return found;
  }

  const expectEverything = (processes: readonly Process[]) =>
    until(async () => {
      const rounds = await arrivedRounds();
      expect(Object.fromEntries(rounds)).to.deep.equal(
        Object.fromEntries(processes.map(({ cluster, rounds: sent }) => [cluster, sent])),
      );
      const spans = await arrivedSpans();
      for (const plan of processes.flatMap(({ plans }) => plans)) {
        expect([...(spans.get(plan) ?? [])], plan).to.have.members(SPANS_OF_PLAN);
      }
      return true;
    }, 60_000);

  const roundOfAll = (processes: readonly Process[]) => Promise.all(processes.map((process) => process.round()));

  it('the other goes on, the log names the one that is down, and nothing is lost when it comes back', async () => {
    const { balancer, agent, processes } = await startSenders({ retry_on_failure: RETRY });
    await roundOfAll(processes);
    await expectEverything(processes);
    const [dead, alive] = gateways as [Collector, Collector];
    await dead.kill();
    for (let round = 0; round < 3; round += 1) await roundOfAll(processes);
    // What the living one is given arrives meanwhile, in full.
    const going = await until(async () => {
      const rounds = await arrivedRounds();
      const complete = processes.filter(({ cluster, rounds: sent }) => rounds.get(cluster) === sent);
      return complete.length > 0 ? complete.length : undefined;
    });
    await until(async () => {
      const spans = await arrivedSpans();
      const plans = processes.flatMap((process) => process.plans.slice(PLANS_IN_A_ROUND));
      return expect(plans.filter((plan) => spans.get(plan)?.size === SPANS_OF_PLAN.length)).to.not.be.empty;
    });
    expect(going, 'processes whose metrics go on').to.be.within(1, PROCESSES - 1);
    await until(() => failureLines(balancer).some((line) => line.includes(dead.grpc)));
    expect(failureLines(balancer).filter((line) => line.includes(alive.grpc))).to.deep.equal([]);
    // Its metrics about itself do not show what waits for one gateway.
    expect(await balancer.own(OWN_METRICS.queueSize)).to.equal(0);
    await until(async () => expect(await agent.own(OWN_METRICS.queueSize, ...REFUSED)).to.equal(0));
    await outlast(dead);
    await dead.restart();
    await expectEverything(processes);
    expect(balancer.log).to.not.match(/Dropping data/);
  });

  it('what waits for it is bounded: then the load balancer refuses, the agents keep it, and nothing is lost', async () => {
    const { balancer, agent, processes } = await startSenders(
      { retry_on_failure: RETRY, sending_queue: { queue_size: SMALL_QUEUE } },
      { files: ['overlays/persistence.yaml'], queue: SMALL_DELIVERIES },
    );
    await roundOfAll(processes);
    await expectEverything(processes);
    const [dead] = gateways as [Collector, Collector];
    await dead.kill();
    await until(async () => {
      await roundOfAll(processes);
      for (const metric of SEND_FAILED) expect(await balancer.own(metric), metric.name).to.be.above(0);
      return true;
    });
    for (const metric of REFUSED) expect(await balancer.own(metric), metric.name).to.be.above(0);
    expect(await failuresTo(balancer, dead)).to.be.above(0);
    expect(await agent.own(OWN_METRICS.queueSize)).to.be.above(0);
    await dead.restart();
    await expectEverything(processes);
    expect(balancer.log).to.not.match(/Dropping data/);
  });

  /** Waits as long as a load balancer needs to give up that does so after five minutes. */
  async function outlast(dead: Collector): Promise<void> {
    const balancer = await startBalancer({ retry_on_failure: hastened({ ...SHIPPED, max_elapsed_time: '300s' }) });
    await sendNumbered(balancer.http, 0, 50);
    const given = (line: string) => /Dropping data/.test(line) && line.includes(dead.grpc);
    await until(() => balancer.log.split('\n').some(given));
  }

  /** Lines about deliveries that failed and will be tried again, or not. */
  const failureLines = (balancer: Collector) =>
    balancer.log.split('\n').filter((line) => /Exporting failed/.test(line));

  /** What the load balancer counts of deliveries to a gateway that it could not even put into its queue. */
  async function failuresTo(balancer: Collector, { grpc }: Collector): Promise<number> {
    const samples = await balancer.ownMetrics();
    return samples
      .filter(({ name }) => name === 'otelcol_loadbalancer_backend_outcome_total')
      .filter(({ labels }) => labels['endpoint'] === grpc && labels['success'] === 'false')
      .reduce((sum, { value }) => sum + value, 0);
  }
});
