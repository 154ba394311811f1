import type { Scenario } from '../scenario.js';
import { drainNow, nodeId } from './requests.js';

export const stuckDrain: Scenario = {
  name: 'stuck-drain',
  shows: 'a drain that stops half way: its plan stays active and its remaining shards no longer change',
  clusters: 3,
  hours: 2,
  mesh: { nodes: 24, shards: 240, policy: { maxConcurrentMoves: 2 } },
  acts: [
    { minute: 5, act: ({ controller }) => controller.propose(drainNow(3)) },
    { minute: 10, act: ({ faults }) => faults.stickTransfers(nodeId(3)) },
  ],
  happensTo: 'first',
};
