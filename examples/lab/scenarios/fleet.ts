import type { Scenario } from '../scenario.js';
import { drainNow } from './requests.js';

const PLANS_PER_CLUSTER = 5;

export const fleet: Scenario = {
  name: 'fleet',
  shows: '200 clusters with overlapping plans: about a thousand live plans at once',
  clusters: 200,
  hours: 1,
  mesh: { nodes: 16, shards: 96, policy: { maxConcurrentMoves: 2, imbalance: 5 }, pace: 0.4 },
  acts: [
    {
      minute: 2,
      every: 1,
      act: ({ controller }, round) => {
        if (round < PLANS_PER_CLUSTER) controller.propose(drainNow(round));
      },
    },
  ],
  happensTo: 'all',
};
