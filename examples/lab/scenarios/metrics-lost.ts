import type { Scenario } from '../scenario.js';

export const metricsLost: Scenario = {
  name: 'metrics-lost',
  shows: 'the process of a controller dies for good: scrapes of it fail from then on',
  clusters: 3,
  hours: 1,
  mesh: { nodes: 24, shards: 240 },
  acts: [{ minute: 10, act: ({ faults }) => faults.crash() }],
  happensTo: 'first',
};
