import { instrument } from 'opentelemetry-instrumentation-mesh-rebalance';
import { createMeshCluster } from './cluster.js';
import { VirtualTimeline } from './virtual-timeline.js';

const HOUR = 3_600_000;

const timeline = new VirtualTimeline(Date.UTC(2026, 0, 1));
const { controller, faults } = createMeshCluster({
  namespace: 'payments',
  cluster: 'eu-1',
  seed: 1,
  timeline,
  nodes: 8,
  shards: 32,
  policy: { approvalMode: 'auto' },
  instrumented: (started) => instrument(started, { clock: timeline.now }),
});

function print(text: string): void {
  console.log(new Date(timeline.now()).toISOString().slice(11, 19), text);
}
controller.on('stateChanged', ({ planId, from, to }) => print(`${planId ?? 'controller'}: ${from} -> ${to}`));
controller.on('moveFinished', ({ shard, outcome }) => print(`${shard}: ${outcome}`));
controller.on('planFinished', ({ planId, outcome }) => print(`${planId}: ${outcome}`));

faults.slowNode('node-0002', 40);
timeline.runUntil(timeline.now() + HOUR);
