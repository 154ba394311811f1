import { drain, nodeId } from './requests.js';
import type { Act } from './scenario.js';

const MINUTE = 60_000;

/** Every half hour one node is emptied, worked on, and taken back, for which the controller evens the cluster out. */
export const ORDINARY_MAINTENANCE: readonly Act[] = [
  {
    minute: 5,
    every: 30,
    act: ({ controller, mesh }, round) => controller.propose(drain(round % mesh.nodes.size)),
  },
  {
    minute: 20,
    every: 30,
    act: ({ mesh }, round) => mesh.open(nodeId(round % mesh.nodes.size)),
  },
];

export const ORDINARY_APPROVAL = { least: MINUTE, most: 4 * MINUTE };
