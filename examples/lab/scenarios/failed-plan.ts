import type { Scenario } from '../scenario.js';
import { drainNow, nodeId } from './requests.js';

export const failedPlan: Scenario = {
  name: 'failed-plan',
  shows: 'one plan that fails on timeouts; the next one for the same node completes',
  clusters: 3,
  hours: 1,
  mesh: { nodes: 24, shards: 240 },
  acts: [
    { minute: 4, act: ({ faults }) => faults.failTransfers(nodeId(2), 1, 'timeout') },
    { minute: 5, act: ({ controller }) => controller.propose(drainNow(2)) },
    { minute: 20, act: ({ faults }) => faults.failTransfers(nodeId(2), 0, 'timeout') },
    { minute: 25, act: ({ controller }) => controller.propose(drainNow(2)) },
  ],
  happensTo: 'first',
};
