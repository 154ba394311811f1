import type { Scenario } from '../scenario.js';
import { drain } from './requests.js';

export const approvedLate: Scenario = {
  name: 'approved-late',
  shows: 'a plan that waits nearly five hours for its approval, and is then done within minutes',
  clusters: 3,
  hours: 6,
  mesh: { nodes: 24, shards: 240, policy: { approvalTimeout: 24 * 3_600_000 } },
  acts: [
    { minute: 5, act: ({ controller }) => controller.propose(drain(3)) },
    {
      minute: 290,
      act: ({ controller }) => {
        for (const { id, approval } of controller.plans()) if (approval !== undefined) controller.approve(id, 'grace');
      },
    },
  ],
  happensTo: 'first',
};
