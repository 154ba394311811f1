import type { Scenario } from '../scenario.js';
import { drainNow } from './requests.js';

export const heartbeatLost: Scenario = {
  name: 'heartbeat-lost',
  shows: 'a control loop that hangs in the middle of a plan while its process goes on answering scrapes',
  clusters: 3,
  hours: 1,
  mesh: { nodes: 24, shards: 240, policy: { maxConcurrentMoves: 2 } },
  acts: [
    { minute: 5, act: ({ controller }) => controller.propose(drainNow(3)) },
    { minute: 10, act: ({ faults }) => faults.hangLoop() },
  ],
  happensTo: 'first',
};
