import type { TestController } from './controller.js';

/** A plan's life up to its first move, all of it through the contract. */
export function beginPlan(controller: TestController, planId = 'plan-1'): void {
  controller.tell('planCreated', {
    planId,
    trigger: 'node_added',
    approvalMode: 'manual',
    shards: 4,
    nodes: ['node-a'],
    requestedBy: 'ada',
    changeTicket: 'CHG-7',
  });
  controller.tell('approvalRequested', { planId });
  controller.tell('approvalDecided', { planId, decision: 'approved', actor: 'grace' });
  controller.tell('drainStarted', { planId, node: 'node-a', shards: 4 });
  controller.tell('moveStarted', { planId, shard: 's-1', source: 'node-a', target: 'node-b' });
}

/** The rest of the life that {@link beginPlan} began. */
export function completePlan(controller: TestController, planId = 'plan-1'): void {
  controller.tell('moveFinished', { planId, shard: 's-1', outcome: 'completed', bytes: 1_024 });
  controller.tell('drainProgressed', { planId, node: 'node-a', shardsRemaining: 0, bytes: 4_096 });
  controller.tell('drainFinished', { planId, node: 'node-a', outcome: 'completed' });
  controller.tell('planFinished', { planId, outcome: 'completed' });
}
