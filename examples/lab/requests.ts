import type { PlanRequest } from '../operator/controllable.js';

/** A request to empty the nodes of these numbers, approved by a person. */
export function drain(...nodes: number[]): PlanRequest {
  return {
    drain: nodes.map(nodeId),
    dryRun: false,
    approvalMode: 'manual',
    requestedBy: 'grace',
    changeTicket: `CHG-${1000 + (nodes[0] ?? 0)}`,
  };
}

/** The same, approved by the controller itself. */
export function drainNow(...nodes: number[]): PlanRequest {
  return { ...drain(...nodes), approvalMode: 'auto' };
}

/** Id of the node of a number, from 0 on. */
export function nodeId(number: number): string {
  return `node-${String(number).padStart(4, '0')}`;
}
