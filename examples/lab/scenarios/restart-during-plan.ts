import type { Scenario } from '../scenario.js';
import { drainNow } from './requests.js';

export const restartDuringPlan: Scenario = {
  name: 'restart-during-plan',
  shows: 'a controller that crashes while shards move, and goes on with the plan in the same trace',
  clusters: 3,
  hours: 1,
  mesh: { nodes: 24, shards: 240, policy: { maxConcurrentMoves: 2 } },
  acts: [
    { minute: 5, act: ({ controller }) => controller.propose(drainNow(3)) },
    { minute: 10, act: ({ faults }) => faults.crash() },
    { minute: 13, act: ({ faults }) => faults.restart() },
  ],
  happensTo: 'first',
};
