import type { Scenario } from '../scenario.js';
import { drainNow } from './requests.js';

export const overBudget: Scenario = {
  name: 'over-budget',
  shows: 'a plan that moves a shard every ten to twenty minutes, and is not done after four hours',
  clusters: 3,
  hours: 6,
  mesh: { nodes: 24, shards: 240, policy: { maxConcurrentMoves: 1 }, pace: 0.2 },
  acts: [{ minute: 5, act: ({ controller }) => controller.propose(drainNow(3, 4)) }],
  happensTo: 'first',
};
