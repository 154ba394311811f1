/*
 * The stores are gone for five minutes while a controller goes on: what is lost, and what it costs.
 *
 *     node build/test/collector/bench/outage.js [seconds]
 *
 * An agent and a gateway with queues on disk, at the settings that are shipped; metrics by remote write to a Prometheus,
 * traces to a second Collector that keeps them. Beside them an agent without persistence that nobody takes anything
 * from. It exits with 1 when anything was lost.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { TestController } from '../../support/controller.js';
import { Prometheus } from '../../support/prometheus.js';
import { until } from '../../support/until.js';
import { Collector } from '../support/collector.js';
import { Observation } from '../support/observation.js';
import { OtlpSink } from '../support/otlp-sink.js';

const OUTAGE_S = Number(process.argv[2] ?? 300);
const BEFORE_AND_AFTER_S = 10;
const MOVES_PER_SECOND = 50;
/** Twice the longest pause between two tries of a queue. */
const CATCH_UP_MS = 60_000 + OUTAGE_S * 1_000;

const traces = await OtlpSink.start();
const prometheus = await Prometheus.start({ release: '3', receives: true });
const gateway = await Collector.start({
  files: ['gateway.yaml', 'overlays/remote-write.yaml', 'overlays/persistence.yaml'],
  env: { COLLECTOR_TRACE_STORE: traces.endpoint, COLLECTOR_REMOTE_WRITE: prometheus.remoteWriteUrl },
});
const agent = await Collector.start({
  files: ['agent.yaml', 'overlays/persistence.yaml'],
  env: { COLLECTOR_GATEWAY: gateway.grpc },
});
const forgetful = await Collector.start({ files: ['agent.yaml'], env: { COLLECTOR_GATEWAY: traces.endpoint } });
const observed = await Observation.start({ otlp: agent.http, instanceId: 'controller-1' });
const doomed = await Observation.start({ otlp: forgetful.http, instanceId: 'controller-2' });
const controllers = [observed, doomed].map((process) => {
  const controller = new TestController();
  process.instrument(controller, { maxSpansPerPlan: 100_000 });
  controller.tell('planCreated', { planId: 'plan-1', shards: 1_000_000 });
  return controller;
});

let spans = 1;
let points = 0;
const peaks = new Map<string, number>();

/** One second of a busy controller: its moves, and one export. */
async function second(): Promise<void> {
  const end = performance.now() + 1_000;
  for (let move = 0; move < MOVES_PER_SECOND; move += 1) {
    spans += 1;
    for (const controller of controllers) {
      controller.tell('moveStarted', { planId: 'plan-1', shard: `shard-${spans}` });
      controller.tell('moveFinished', { planId: 'plan-1', shard: `shard-${spans}`, outcome: 'completed' });
    }
  }
  await Promise.all([observed.flush(), doomed.flush().catch(() => undefined)]);
  points += 1;
  for (const [name, collector] of Object.entries({ agent, gateway, 'agent without persistence': forgetful })) {
    peaks.set(name, Math.max(peaks.get(name) ?? 0, Math.round(await collector.residentMib())));
  }
  await wait(Math.max(0, end - performance.now()));
}

async function seconds(count: number): Promise<void> {
  for (let passed = 0; passed < count; passed += 1) await second();
}

const arrived = async () => ({
  // The sink has got those of the doomed one too, before and after.
  spans: new Set((await traces.spans()).filter(({ traceId }) => traceId === planTrace).map(({ spanId }) => spanId))
    .size,
  points: (await prometheus.query('count_over_time(mesh_rebalance_paused[1h])'))[0]?.value ?? 0,
});
const planTrace = (await observed.scrape()).find(({ name }) => name === 'mesh_rebalance_plan_info')?.labels['trace_id'];

await seconds(BEFORE_AND_AFTER_S);
await Promise.all([prometheus.halt(), traces.collector.halt()]);
const began = performance.now();
await seconds(OUTAGE_S);
const lasted = Math.round((performance.now() - began) / 1_000);
await Promise.all([prometheus.restart(), traces.collector.restart()]);
const back = performance.now();
await seconds(BEFORE_AND_AFTER_S);
const complete = await until(async () => {
  const found = await arrived();
  return found.spans === spans && found.points === points ? true : undefined;
}, CATCH_UP_MS).catch(() => false);
const caughtUp = Math.round((performance.now() - back) / 1_000);
const found = await arrived();

console.log(
  `Stores gone for ${lasted} s; a controller with ${MOVES_PER_SECOND} moves a second and an export a second.`,
);
console.log(`spans    sent ${spans}, arrived ${found.spans}`);
console.log(`points   of one series sent ${points}, arrived ${found.points}`);
console.log(complete ? `complete ${caughtUp} s after the stores were back` : 'something was lost');
for (const [name, mib] of peaks) console.log(`memory   ${name}: at most ${mib} MiB resident`);

await Promise.all([observed.stop(), doomed.stop()]);
for (const part of [agent, forgetful, gateway, prometheus, traces]) await part.stop();
process.exitCode = complete ? 0 : 1;
