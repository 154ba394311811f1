import type { Scenario } from '../scenario.js';
import { drainNow } from './requests.js';

/** A state that the contract does not know. */
const NO_STATE = 'pondering';

export const invalidEvents: Scenario = {
  name: 'invalid-events',
  shows: 'a controller that tells every two minutes of a state which nobody knows',
  clusters: 3,
  hours: 1,
  mesh: { nodes: 24, shards: 240 },
  acts: [
    { minute: 5, act: ({ controller }) => controller.propose(drainNow(3)) },
    {
      minute: 6,
      every: 2,
      act: ({ controller }) => controller.emit('stateChanged', { from: 'steady', to: NO_STATE as 'steady' }),
    },
  ],
  happensTo: 'first',
};
