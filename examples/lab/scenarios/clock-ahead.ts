import type { Scenario } from '../scenario.js';
import { drainNow } from './requests.js';

export const clockAhead: Scenario = {
  name: 'clock-ahead',
  shows: 'a controller on a machine whose clock is five minutes ahead of that of Prometheus',
  clusters: 3,
  hours: 1,
  mesh: { nodes: 24, shards: 240 },
  acts: [{ minute: 5, act: ({ controller }) => controller.propose(drainNow(3)) }],
  happensTo: 'first',
  clockAhead: 5,
};
