import { EventEmitter } from 'node:events';
import { instrument } from 'opentelemetry-instrumentation-mesh-rebalance';

function createController() {
  const controller = Object.assign(new EventEmitter(), { namespace: 'payments', cluster: 'eu-1' });
  instrument(controller);
  const planId = 'drain-node-a';
  controller.emit('planCreated', { planId, trigger: 'node_removed', approvalMode: 'auto', shards: 2 });
  controller.emit('drainStarted', { planId, node: 'node-a', shards: 2 });
  controller.emit('moveStarted', { planId, shard: 'shard-1', source: 'node-a', target: 'node-b' });
  controller.emit('moveFinished', { planId, shard: 'shard-1', outcome: 'completed' });
  return controller;
}

// A module is evaluated anew whenever its file changes; the controller is the process's.
const kept = globalThis as { controller?: ReturnType<typeof createController> };
kept.controller ??= createController();

export const controller = kept.controller;
export const edition = 'first';
// Again on each reload, as by a module that does not know of the first time.
instrument(controller);
