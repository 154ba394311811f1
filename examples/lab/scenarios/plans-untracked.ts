import type { Scenario } from '../scenario.js';
import { drain } from './requests.js';

/** Small, so that the story needs few plans. */
const MAX_PLANS = 4;

export const plansUntracked: Scenario = {
  name: 'plans-untracked',
  shows: 'more live plans than the metrics show by name, which here is four',
  clusters: 3,
  hours: 1,
  mesh: { nodes: 24, shards: 240, policy: { approvalTimeout: 24 * 3_600_000 } },
  instrumentation: { maxPlans: MAX_PLANS },
  acts: [
    {
      minute: 5,
      every: 1,
      act: ({ controller }, round) => {
        if (round < MAX_PLANS + 3) controller.propose(drain(round));
      },
    },
    {
      minute: 45,
      every: 1,
      act: ({ controller }) => {
        const waiting = controller.plans().find(({ state }) => state === 'rebalancePending');
        if (waiting !== undefined) controller.reject(waiting.id, 'grace', 'too much at once');
      },
    },
  ],
  happensTo: 'first',
};
