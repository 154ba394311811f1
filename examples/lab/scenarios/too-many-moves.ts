import type { Scenario } from '../scenario.js';
import { drainNow } from './requests.js';

export const tooManyMoves: Scenario = {
  name: 'too-many-moves',
  shows: 'more shards moving at once than the policy allows, because somebody forced it',
  clusters: 3,
  hours: 1,
  mesh: { nodes: 24, shards: 240, policy: { maxConcurrentMoves: 4 }, pace: 0.25 },
  acts: [
    { minute: 4, act: ({ faults }) => faults.forceMoves(8) },
    { minute: 5, act: ({ controller }) => controller.propose(drainNow(1, 2, 3)) },
  ],
  happensTo: 'first',
};
