import type { Scenario } from '../scenario.js';

export const targetLost: Scenario = {
  name: 'target-lost',
  shows: 'a controller whose deployment is deleted: Prometheus no longer knows that it should scrape it',
  clusters: 3,
  hours: 1,
  mesh: { nodes: 24, shards: 240 },
  acts: [
    {
      minute: 10,
      act: ({ faults }, _round, target) => {
        faults.crash();
        target.withdraw();
      },
    },
  ],
  happensTo: 'first',
};
