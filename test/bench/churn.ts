import { setImmediate } from 'node:timers/promises';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { createRebalanceMetricProducer, instrument } from '../../lib/index.js';
import { METRICS } from '../../lib/semconv.js';
import { BenchController } from './bench-controller.js';
import { collectGarbage } from './garbage.js';
import { ManualReader } from './manual-reader.js';
import { producedMetrics, seriesCount } from './series.js';
import { quick } from './settings.js';
import { linearSlope } from './statistics.js';
import { textTable } from './text-table.js';
import { verdict } from './verdict.js';

const PLANS = quick ? 50_000 : 1_000_000;
const CHECKPOINTS = 40;
const PLANS_PER_CHECKPOINT = PLANS / CHECKPOINTS;
const PLANS_PER_COLLECTION = 1_000;
const CHECKPOINTS_SHOWN = 10;
const MILLISECONDS_PER_PLAN = 10_000;

interface Checkpoint {
  readonly plans: number;
  readonly heap: number;
  readonly series: number;
}

let now = Date.now();
const controller = new BenchController();
const producer = createRebalanceMetricProducer();
const reader = new ManualReader({ metricProducers: [producer] });
const meterProvider = new MeterProvider({ readers: [reader] });
const handle = instrument(controller, { meterProvider, metricProducer: producer, clock: () => now });

function runPlan(planId: string): void {
  controller.emit('planCreated', { planId, trigger: 'imbalance', approvalMode: 'manual', shards: 1 });
  controller.emit('approvalRequested', { planId });
  controller.emit('approvalDecided', { planId, decision: 'approved' });
  controller.emit('drainStarted', { planId, node: 'node-1', shards: 1 });
  controller.emit('moveStarted', { planId, shard: `shard-of-${planId}`, source: 'node-1', target: 'node-2' });
  now += MILLISECONDS_PER_PLAN;
  controller.emit('moveFinished', { planId, shard: `shard-of-${planId}`, outcome: 'completed' });
  controller.emit('drainFinished', { planId, node: 'node-1', outcome: 'completed' });
  controller.emit('planFinished', { planId, outcome: 'completed' });
}

async function checkpoint(plans: number): Promise<Checkpoint> {
  const series = seriesCount(await producer.collect());
  // What the collection has left on the stack and in pending promises is garbage one turn later.
  await setImmediate();
  collectGarbage();
  return { plans, heap: process.memoryUsage().heapUsed, series };
}

const checkpoints: Checkpoint[] = [];
const startedAt = performance.now();
for (let plan = 1; plan <= PLANS; plan += 1) {
  runPlan(`plan-${plan}`);
  if (plan % PLANS_PER_COLLECTION === 0) await reader.collect();
  if (plan % PLANS_PER_CHECKPOINT === 0) checkpoints.push(await checkpoint(plan));
}
const seconds = (performance.now() - startedAt) / 1000;

const last = 'plan-after-all-others';
controller.emit('planCreated', { planId: last, trigger: 'imbalance' });
const shown = producedMetrics(await producer.collect())
  .find(({ descriptor }) => descriptor.name === METRICS.planCreated.name)
  ?.dataPoints.some(({ attributes }) => attributes['plan_id'] === last);
handle.disable();
await meterProvider.shutdown();

const secondHalf = checkpoints.slice(CHECKPOINTS / 2);
const heap = linearSlope(secondHalf.map(({ plans, heap }) => ({ x: plans, y: heap })));
const series = linearSlope(secondHalf.map(({ plans, series }) => ({ x: plans, y: series })));

console.log(
  `${PLANS} plans of 8 events, one every ${MILLISECONDS_PER_PLAN / 1000} s by a virtual clock, in ${seconds.toFixed(1)} s; ` +
    `collected every ${PLANS_PER_COLLECTION} plans`,
);
console.log(
  textTable(
    ['plans', 'heap used, bytes', 'series'],
    checkpoints
      .filter((_, i) => i === 0 || (i + 1) % (CHECKPOINTS / CHECKPOINTS_SHOWN) === 0)
      .map((row) => [String(row.plans), String(row.heap), String(row.series)]),
  ),
);
const interval = (slope: number, margin: number, unit: string) =>
  `${slope.toFixed(4)} ${unit} a plan, 95 % interval ${(slope - margin).toFixed(4)} to ${(slope + margin).toFixed(4)}`;
console.log(`second half, ${secondHalf.length} checkpoints:`);
console.log(
  verdict(
    'heap does not grow (zero lies in the interval, or below zero)',
    interval(heap.slope, heap.margin, 'bytes'),
    heap.slope - heap.margin <= 0,
  ),
);
console.log(
  verdict(
    'series do not grow (zero lies in the interval)',
    interval(series.slope, series.margin, 'series'),
    series.slope - series.margin <= 0,
  ),
);
console.log(verdict('a new plan appears under its own id', shown ? 'it does' : 'it does not', shown === true));
