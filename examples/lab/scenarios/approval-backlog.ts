import type { Scenario } from '../scenario.js';
import { drain } from './requests.js';

export const approvalBacklog: Scenario = {
  name: 'approval-backlog',
  shows: 'plans that wait for a decision which nobody makes, more and more of them',
  clusters: 3,
  hours: 6,
  mesh: { nodes: 24, shards: 240, policy: { approvalTimeout: 24 * 3_600_000 } },
  acts: [
    {
      minute: 5,
      every: 15,
      act: ({ controller, mesh }, round) => {
        if (round < mesh.nodes.size) controller.propose(drain(round));
      },
    },
  ],
  happensTo: 'first',
};
