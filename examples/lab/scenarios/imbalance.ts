import type { Scenario } from '../scenario.js';
import { nodeId } from './requests.js';

export const imbalance: Scenario = {
  name: 'imbalance',
  shows: 'a node with far more shards than the others, under a controller whose policy puts up with it',
  clusters: 3,
  hours: 8,
  mesh: { nodes: 24, shards: 240, policy: { imbalance: 5 } },
  acts: [{ minute: 5, act: ({ faults }) => faults.pile(nodeId(0), 20) }],
  happensTo: 'first',
};
