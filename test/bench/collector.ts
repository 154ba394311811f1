/*
 * What the way through agent and gateway costs, with the configurations that are shipped and the real Collector. It ends
 * with 1 when a span is lost at the lowest rate.
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { Collector } from '../collector/support/collector.js';
import { Observation } from '../collector/support/observation.js';
import { TestController } from '../support/controller.js';
import { Prometheus } from '../support/prometheus.js';
import { until } from '../support/until.js';
import { quick } from './settings.js';
import { median } from './statistics.js';
import { textTable } from './text-table.js';

const FLEETS = quick ? [1, 10] : [1, 10, 100];
const FLEET_SECONDS = quick ? 5 : 30;
const EXPORT_EVERY_SECONDS = 5;
const PLANS = 2;
const NODES = 3;
const LAG_SAMPLES = quick ? 2 : 20;
const RATES = quick ? [500] : [1_000, 10_000, 20_000, 50_000, 100_000];
const RATE_SECONDS = quick ? 3 : 30;
const SPANS_PER_REQUEST = 250;
const PATIENCE_MS = 60_000;
/** Of Linux, for what /proc tells. */
const TICKS_PER_SECOND = 100;

/** A gateway's store of traces, which counts them and throws them away. */
function startStore(): Promise<Collector> {
  return Collector.start({
    files: ['agent.yaml'],
    env: { COLLECTOR_GATEWAY: 'unused:1' },
    overrides: { exporters: { debug: {} }, service: { pipelines: { traces: { exporters: ['debug'] } } } },
  });
}

/** The pipeline that is measured. */
class Pipeline {
  readonly store: Collector;
  readonly gateway: Collector;
  readonly agent: Collector;

  private constructor(store: Collector, gateway: Collector, agent: Collector) {
    this.store = store;
    this.gateway = gateway;
    this.agent = agent;
  }

  static async start(): Promise<Pipeline> {
    const store = await startStore();
    const gateway = await Collector.start({ files: ['gateway.yaml'], env: { COLLECTOR_TRACE_STORE: store.grpc } });
    const agent = await Collector.start({ files: ['agent.yaml'], env: { COLLECTOR_GATEWAY: gateway.grpc } });
    return new Pipeline(store, gateway, agent);
  }

  async stop(): Promise<void> {
    for (const part of [this.agent, this.gateway, this.store]) await part.stop();
  }
}

async function cpuSeconds({ processId }: Collector): Promise<number> {
  const text = await readFile(`/proc/${processId}/stat`, 'utf8');
  // The second field, the name, may hold blanks; 14 and 15 are its own time and that of the kernel for it.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** What agent and gateway use while something goes on: percent of a core, and MiB after it. */
async function usage({ agent, gateway }: Pipeline, work: () => Promise<void>): Promise<string[]> {
  const before = await Promise.all([agent, gateway].map(cpuSeconds));
  const began = performance.now();
  await work();
  const seconds = (performance.now() - began) / 1_000;
  const after = await Promise.all([agent, gateway].map(cpuSeconds));
  const memory = await Promise.all([agent, gateway].map((collector) => collector.residentMib()));
  return memory.flatMap((mib, index) => {
    const share = ((after[index] as number) - (before[index] as number)) / seconds;
    return [`${(share * 100).toFixed(1)} %`, mib.toFixed(0)];
  });
}

/** Controllers in one process, which is not what is measured; each has its own SDK. */
async function fleetCost(count: number): Promise<string[]> {
  const pipeline = await Pipeline.start();
  const observations: Observation[] = [];
  try {
    const controllers: TestController[] = [];
    for (let index = 0; index < count; index += 1) {
      const observation = await Observation.start({ otlp: pipeline.agent.http, instanceId: `controller-${index}` });
      observations.push(observation);
      const controller = new TestController('payments', `cluster-${index}`);
      observation.instrument(controller, { maxSpansPerPlan: 100_000 });
      controllers.push(controller);
      for (let plan = 0; plan < PLANS; plan += 1) {
        controller.tell('planCreated', { planId: `plan-${plan}`, shards: 100_000 });
        for (let node = 0; node < NODES; node += 1)
          controller.tell('drainStarted', { planId: `plan-${plan}`, node: `node-${node}`, shards: 1_000 });
      }
    }
    let move = 0;
    const used = await usage(pipeline, async () => {
      for (let second = 1; second <= FLEET_SECONDS; second += 1) {
        const end = performance.now() + 1_000;
        move += 1;
        for (const controller of controllers) {
          controller.tell('moveStarted', { planId: 'plan-0', shard: `shard-${move}` });
          controller.tell('moveFinished', { planId: 'plan-0', shard: `shard-${move}`, outcome: 'completed' });
        }
        if (second % EXPORT_EVERY_SECONDS === 0) await Promise.all(observations.map((one) => one.flush()));
        await wait(Math.max(0, end - performance.now()));
      }
    });
    const text = await pipeline.gateway.exposedText();
    const series = text.split('\n').filter((line) => line.startsWith('mesh_rebalance_')).length;
    const bytes = Buffer.byteLength(text) / 1_024;
    return [String(count), String(series), bytes.toFixed(0), ...used];
  } finally {
    await Promise.all(observations.map((one) => one.stop()));
    await pipeline.stop();
  }
}

/** Milliseconds from an event to its sample in Prometheus, on two ways at once. */
async function lags(): Promise<Record<string, number[]>> {
  const pipeline = await Pipeline.start();
  const observation = await Observation.start({ otlp: pipeline.agent.http, instanceId: 'controller-1' });
  const direct = await Prometheus.start({ release: '3', targets: [observation.port] });
  const behind = await Prometheus.start({ release: '3', targets: [pipeline.gateway.ports.metrics] });
  const exports = setInterval(() => observation.flush(), 1_000);
  try {
    const controller = new TestController();
    observation.instrument(controller);
    const measured: Record<string, number[]> = { scrape: [], 'OTLP, agent, gateway, scrape': [] };
    const measure = async (sample: number) => {
      // Not in step with the second in which scrapes and exports are.
      await wait(sample * 37);
      const began = performance.now();
      controller.tell('planCreated', { planId: `lag-${sample}`, shards: 1 });
      const seen = async (server: Prometheus) => {
        const found = await server.query(`mesh_rebalance_plan_shards{plan_id="lag-${sample}"}`);
        return found.length > 0 ? performance.now() - began : undefined;
      };
      return Promise.all([direct, behind].map((one) => until(() => seen(one), PATIENCE_MS)));
    };
    // A Prometheus that has just been started waits before its first scrape.
    await measure(LAG_SAMPLES);
    for (let sample = 0; sample < LAG_SAMPLES; sample += 1) {
      const [near, far] = await measure(sample);
      measured['scrape']?.push(near as number);
      measured['OTLP, agent, gateway, scrape']?.push(far as number);
    }
    return measured;
  } finally {
    clearInterval(exports);
    await observation.stop();
    for (const part of [direct, behind, pipeline]) await part.stop();
  }
}

function requestOf(count: number): string {
  const now = `${Date.now()}000000`;
  const spans = Array.from({ length: count }, (_, index) => ({
    traceId: (index + 1).toString(16).padStart(32, '0'),
    spanId: (index + 1).toString(16).padStart(16, '0'),
    name: 'rebalance.move',
    startTimeUnixNano: now,
    endTimeUnixNano: now,
    attributes: Object.entries({
      'mesh.namespace': 'payments',
      'mesh.cluster': 'eu-1',
      'mesh.rebalance.plan.id': 'payments-eu-1-0001',
      'mesh.rebalance.outcome': 'completed',
      'mesh.shard.id': `shard-${index}`,
    }).map(([key, stringValue]) => ({ key, value: { stringValue } })),
  }));
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'mesh-controller' } }] };
  return JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] });
}

interface Sustained {
  readonly row: string[];
  readonly lost: number;
}

/** Sends spans at a rate for a while, and waits for them at the other end. */
async function sustained(rate: number): Promise<Sustained> {
  const pipeline = await Pipeline.start();
  try {
    const body = requestOf(SPANS_PER_REQUEST);
    const requests = Math.ceil((rate * RATE_SECONDS) / SPANS_PER_REQUEST);
    let refused = 0;
    let seconds = 0;
    const send = async () => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${pipeline.agent.http}/v1/traces`, { method: 'POST', headers, body });
      await response.arrayBuffer();
      if (!response.ok) refused += SPANS_PER_REQUEST;
    };
    const used = await usage(pipeline, async () => {
      const began = performance.now();
      const sent: Promise<void>[] = [];
      for (let request = 0; request < requests; request += 1) {
        const due = began + (request * SPANS_PER_REQUEST * 1_000) / rate;
        await wait(Math.max(0, due - performance.now()));
        sent.push(send());
      }
      await Promise.all(sent);
      seconds = (performance.now() - began) / 1_000;
    });
    const total = requests * SPANS_PER_REQUEST;
    const arrived = async () => {
      const samples = await pipeline.store.ownMetrics();
      const accepted = samples.filter(({ name }) => name === 'otelcol_receiver_accepted_spans_total');
      return accepted.reduce((sum, { value }) => sum + value, 0);
    };
    await until(async () => (await arrived()) >= total, PATIENCE_MS).catch(() => undefined);
    const lost = total - (await arrived());
    const reached = Math.round(total / seconds);
    return { row: [String(rate), String(reached), String(refused), String(lost), ...used], lost };
  } finally {
    await pipeline.stop();
  }
}

const USED = ['agent CPU', 'agent MiB', 'gateway CPU', 'gateway MiB'];

console.log(`Controllers with ${PLANS} live plans of ${NODES} nodes; a move a second and an export every \
${EXPORT_EVERY_SECONDS} s each, for ${FLEET_SECONDS} s. CPU in percent of one core.`);
const fleets: string[][] = [];
for (const count of FLEETS) fleets.push(await fleetCost(count));
console.log(textTable(['controllers', 'series', 'KiB a scrape', ...USED], fleets));

console.log('\nSeconds from an event until Prometheus answers with it; exports and scrapes every second.');
const ways = Object.entries(await lags()).map(([way, all]) => {
  const seconds = (ms: number) => (ms / 1_000).toFixed(2);
  return [way, seconds(median(all)), seconds(Math.max(...all))];
});
console.log(textTable(['way', 'median', 'worst'], ways));

console.log(`\nSpans through agent and gateway to a store, for ${RATE_SECONDS} s, as OTLP/JSON.`);
const steps: Sustained[] = [];
for (const rate of RATES) steps.push(await sustained(rate));
const HEADER = ['spans/s asked for', 'reached', 'refused', 'lost', ...USED];
console.log(
  textTable(
    HEADER,
    steps.map(({ row }) => row),
  ),
);
process.exitCode = steps[0]?.lost === 0 ? 0 : 1;
