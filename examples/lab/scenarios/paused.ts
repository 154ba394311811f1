import type { Scenario } from '../scenario.js';
import { drainNow } from './requests.js';

export const paused: Scenario = {
  name: 'paused',
  shows: 'a controller that an operator has paused in the middle of a plan, and forgets for hours',
  clusters: 3,
  hours: 3,
  mesh: { nodes: 24, shards: 240, policy: { maxConcurrentMoves: 2 } },
  acts: [
    { minute: 5, act: ({ controller }) => controller.propose(drainNow(3)) },
    { minute: 10, act: ({ controller }) => controller.pause() },
    { minute: 160, act: ({ controller }) => controller.resume() },
  ],
  happensTo: 'first',
};
