import {
  createRebalanceMetricProducer,
  instrument,
  type RebalanceMetricProducer,
} from 'opentelemetry-instrumentation-mesh-rebalance';
import { BenchController } from './bench-controller.js';

const DRAINS_PER_PLAN = 4;
const SHARDS_PER_DRAIN = 10;

/** A producer that tells of as many live plans as asked for, each with four open drains. */
export interface LivePlans {
  readonly producer: RebalanceMetricProducer;
  disable(): void;
}

export function livePlans(count: number): LivePlans {
  const controller = new BenchController();
  const producer = createRebalanceMetricProducer();
  const handle = instrument(controller, { metricProducer: producer, maxPlans: Math.max(500, count) });
  for (let i = 0; i < count; i += 1) startPlan(controller, `plan-${i}`);
  return { producer, disable: () => handle.disable() };
}

function startPlan(controller: BenchController, planId: string): void {
  const shards = DRAINS_PER_PLAN * SHARDS_PER_DRAIN;
  controller.emit('planCreated', { planId, trigger: 'imbalance', approvalMode: 'manual', shards });
  controller.emit('approvalRequested', { planId });
  controller.emit('approvalDecided', { planId, decision: 'approved' });
  for (let i = 0; i < DRAINS_PER_PLAN; i += 1) {
    const node = `node-${i}`;
    controller.emit('drainStarted', { planId, node, shards: SHARDS_PER_DRAIN });
    controller.emit('moveStarted', { planId, shard: `shard-${i}`, source: node, target: 'node-new' });
    controller.emit('drainProgressed', { planId, node, shardsRemaining: SHARDS_PER_DRAIN - 1 });
  }
}
