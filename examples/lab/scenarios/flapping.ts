import type { Scenario } from '../scenario.js';
import { nodeId } from './requests.js';

export const flapping: Scenario = {
  name: 'flapping',
  shows: 'a node that is slow every other ten minutes: plans for it come and are withdrawn again',
  clusters: 3,
  hours: 2,
  mesh: { nodes: 24, shards: 240 },
  acts: [
    { minute: 5, every: 20, act: ({ faults }) => faults.slowNode(nodeId(1), 40) },
    { minute: 15, every: 20, act: ({ faults }) => faults.slowNode(nodeId(1), 1) },
  ],
  happensTo: 'first',
};
