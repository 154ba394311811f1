import { setImmediate } from 'node:timers/promises';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { createRebalanceMetricProducer, instrument } from 'opentelemetry-instrumentation-mesh-rebalance';
import { METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { BenchController } from './bench-controller.js';
import { collectGarbage } from './garbage.js';
import { ManualReader } from './manual-reader.js';
import { producedMetrics, seriesCount } from './series.js';

export interface ChurnRequest {
  readonly plans: number;
  readonly checkpoints: number;
  readonly plansPerCollection: number;
  /** By the virtual clock, from the start of one plan to the next. */
  readonly millisecondsPerPlan: number;
  /** False for a control, in which the same events go to nobody. */
  readonly instrumented: boolean;
}
export interface ChurnReply {
  readonly seconds: number;
  /** Bytes at each checkpoint. */
  readonly heapUsed: readonly number[];
  /** Series of the producer at each checkpoint. */
  readonly series: readonly number[];
  /** Whether a plan after all others appears under its own id. */
  readonly newPlanShown: boolean;
}

async function churn(request: ChurnRequest): Promise<ChurnReply> {
  const { plans, checkpoints, plansPerCollection, millisecondsPerPlan, instrumented } = request;
  let now = Date.now();
  const controller = new BenchController();
  const producer = createRebalanceMetricProducer();
  const reader = new ManualReader({ metricProducers: [producer] });
  const meterProvider = new MeterProvider({ readers: [reader] });
  if (instrumented) instrument(controller, { meterProvider, metricProducer: producer, clock: () => now });

  const runPlan = (planId: string) => {
    const shard = `shard-of-${planId}`;
    controller.emit('planCreated', { planId, trigger: 'imbalance', approvalMode: 'manual', shards: 1 });
    controller.emit('approvalRequested', { planId });
    controller.emit('approvalDecided', { planId, decision: 'approved' });
    controller.emit('drainStarted', { planId, node: 'node-1', shards: 1 });
    controller.emit('moveStarted', { planId, shard, source: 'node-1', target: 'node-2' });
    now += millisecondsPerPlan;
    controller.emit('moveFinished', { planId, shard, outcome: 'completed' });
    controller.emit('drainFinished', { planId, node: 'node-1', outcome: 'completed' });
    controller.emit('planFinished', { planId, outcome: 'completed' });
  };

  // Made beforehand: a note taken at each checkpoint would be a leak of its own.
  const heapUsed = new Float64Array(checkpoints);
  const series = new Float64Array(checkpoints);
  const look = async (checkpoint: number) => {
    series[checkpoint] = seriesCount(await producer.collect());
    // What the collection has left in pending promises is garbage one turn later.
    await setImmediate();
    collectGarbage();
    heapUsed[checkpoint] = process.memoryUsage().heapUsed;
  };

  const plansPerCheckpoint = plans / checkpoints;
  const startedAt = performance.now();
  for (let plan = 1; plan <= plans; plan += 1) {
    runPlan(`plan-${plan}`);
    if (plan % plansPerCollection === 0) await reader.collect();
    if (plan % plansPerCheckpoint === 0) await look(plan / plansPerCheckpoint - 1);
  }
  const seconds = (performance.now() - startedAt) / 1000;

  const planId = 'plan-after-all-others';
  controller.emit('planCreated', { planId });
  const newPlanShown = producedMetrics(await producer.collect()).some(
    ({ descriptor, dataPoints }) =>
      descriptor.name === METRICS.planCreated.name &&
      dataPoints.some(({ attributes }) => attributes['plan_id'] === planId),
  );
  return { seconds, heapUsed: [...heapUsed], series: [...series], newPlanShown };
}

process.once('message', async (request: ChurnRequest) => {
  process.send?.(await churn(request));
});
