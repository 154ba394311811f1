import type { Scenario } from '../scenario.js';
import { drainNow } from './requests.js';

export const twoLeaders: Scenario = {
  name: 'two-leaders',
  shows: 'two processes that both hold themselves for the controller of a cluster, and show different states',
  clusters: 3,
  hours: 1,
  mesh: { nodes: 24, shards: 240, policy: { maxConcurrentMoves: 1 } },
  acts: [{ minute: 5, act: ({ controller }) => controller.propose(drainNow(3)) }],
  happensTo: 'first',
  secondLeader: true,
};
