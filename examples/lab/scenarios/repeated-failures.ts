import type { Scenario } from '../scenario.js';
import { drainNow, nodeId } from './requests.js';

export const repeatedFailures: Scenario = {
  name: 'repeated-failures',
  shows: 'plan after plan for the same node that fails on timeouts',
  clusters: 3,
  hours: 2,
  mesh: { nodes: 24, shards: 240 },
  acts: [
    { minute: 4, act: ({ faults }) => faults.failTransfers(nodeId(2), 1, 'timeout') },
    { minute: 5, every: 20, act: ({ controller }) => controller.propose(drainNow(2)) },
  ],
  happensTo: 'first',
};
