import type { BenchController } from './bench-controller.js';

/** Events that are emitted in one go; between two batches the event loop turns, as it would in a real controller. */
export interface Workload {
  readonly eventsPerBatch: number;
  readonly movesPerBatch: number;
  emitBatch(controller: BenchController, batch: number): void;
}

const DRAINS_PER_PLAN = 20;
const MOVES_PER_DRAIN = 10;
const MOVES_PER_PLAN = DRAINS_PER_PLAN * MOVES_PER_DRAIN;
/** Four of the plan itself, two of each drain, three of each move. */
export const EVENTS_PER_PLAN = 4 + 2 * DRAINS_PER_PLAN + 3 * MOVES_PER_PLAN;
/** Its spans just fit the queue of a batch span processor. */
export const PLANS_PER_BATCH = 5;
const SMALL_PLANS_PER_BATCH = 500;
export const EVENTS_PER_SMALL_PLAN = 4;
const HEARTBEATS_PER_BATCH = 3_000;

const TARGET = 'node-new';
/** Shards by node, made once: the ids are what a controller has at hand anyway. */
const SHARDS_BY_NODE = new Map(
  Array.from({ length: DRAINS_PER_PLAN }, (_, node) => [
    `node-${node}`,
    Array.from({ length: MOVES_PER_DRAIN }, (_, shard) => `shard-${node * MOVES_PER_DRAIN + shard}`),
  ]),
);

function startPlan(controller: BenchController, planId: string): void {
  controller.emit('planCreated', { planId, trigger: 'imbalance', approvalMode: 'manual', shards: MOVES_PER_PLAN });
  controller.emit('approvalRequested', { planId });
  controller.emit('approvalDecided', { planId, decision: 'approved', actor: 'operator' });
}

function runPlan(controller: BenchController, planId: string): void {
  startPlan(controller, planId);
  for (const [node, shards] of SHARDS_BY_NODE) {
    controller.emit('drainStarted', { planId, node, shards: shards.length });
    let shardsRemaining = shards.length;
    for (const shard of shards) {
      controller.emit('moveStarted', { planId, shard, source: node, target: TARGET });
      controller.emit('moveFinished', { planId, shard, outcome: 'completed', bytes: 1_048_576 });
      shardsRemaining -= 1;
      controller.emit('drainProgressed', { planId, node, shardsRemaining });
    }
    controller.emit('drainFinished', { planId, node, outcome: 'completed' });
  }
  controller.emit('planFinished', { planId, outcome: 'completed' });
}

export const WORKLOADS = {
  /** Whole plans: created, approved, 20 drains of 10 moves each with its progress, finished. */
  plans: {
    eventsPerBatch: PLANS_PER_BATCH * EVENTS_PER_PLAN,
    movesPerBatch: PLANS_PER_BATCH * MOVES_PER_PLAN,
    emitBatch(controller, batch) {
      for (let i = 0; i < PLANS_PER_BATCH; i += 1) runPlan(controller, `plan-${batch * PLANS_PER_BATCH + i}`);
    },
  },
  /** Plans without any step: created, approved, finished. */
  smallPlans: {
    eventsPerBatch: SMALL_PLANS_PER_BATCH * EVENTS_PER_SMALL_PLAN,
    movesPerBatch: 0,
    emitBatch(controller, batch) {
      for (let i = 0; i < SMALL_PLANS_PER_BATCH; i += 1) {
        const planId = `plan-${batch * SMALL_PLANS_PER_BATCH + i}`;
        startPlan(controller, planId);
        controller.emit('planFinished', { planId, outcome: 'completed' });
      }
    },
  },
  heartbeats: {
    eventsPerBatch: HEARTBEATS_PER_BATCH,
    movesPerBatch: 0,
    emitBatch(controller) {
      for (let i = 0; i < HEARTBEATS_PER_BATCH; i += 1) controller.emit('heartbeat');
    },
  },
} as const satisfies Record<string, Workload>;
export type WorkloadName = keyof typeof WORKLOADS;
