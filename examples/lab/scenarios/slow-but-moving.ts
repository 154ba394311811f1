import type { Scenario } from '../scenario.js';
import { drainNow } from './requests.js';

export const slowButMoving: Scenario = {
  name: 'slow-but-moving',
  shows: 'a plan that takes hours and still moves a shard every ten to twenty minutes: no alarm is due',
  clusters: 3,
  hours: 6,
  mesh: { nodes: 24, shards: 240, policy: { maxConcurrentMoves: 1 }, pace: 0.2 },
  acts: [{ minute: 5, act: ({ controller }) => controller.propose(drainNow(3)) }],
  happensTo: 'first',
};
