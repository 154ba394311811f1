import type { Scenario } from '../scenario.js';
import { nodeId } from './requests.js';

export const investigatingForEver: Scenario = {
  name: 'investigating-for-ever',
  shows: 'a controller that suspects a slow node for hours, and neither proposes a plan nor drops the suspicion',
  clusters: 3,
  hours: 2,
  mesh: { nodes: 24, shards: 240, policy: { confirmFor: 24 * 3_600_000 } },
  acts: [{ minute: 5, act: ({ faults }) => faults.slowNode(nodeId(1), 40) }],
  happensTo: 'first',
};
