import type { ApprovalMode } from 'opentelemetry-instrumentation-mesh-rebalance';
import { Refusal } from '../operator/controllable.js';
import type { Mesh, MeshNode } from './mesh.js';
import { Placement } from './placement.js';
import type { Plan, PlannedMove } from './plan.js';

/** A wish for a plan. */
export interface Proposal {
  readonly trigger: string;
  /** Nodes to empty; none to even out the cluster. */
  readonly drain: readonly string[];
  readonly dryRun: boolean;
  readonly approvalMode: ApprovalMode;
  readonly requestedBy?: string | undefined;
  readonly changeTicket?: string | undefined;
}

/**
 * Works out which shards go where.
 *
 * @param nextId gives the id, once it is clear that there is a plan
 * @param busy nodes that other plans deal with, each with the id of one
 * @param now milliseconds since the Unix epoch
 * @throws Refusal
 */
export function draft(
  nextId: () => string,
  proposal: Proposal,
  mesh: Mesh,
  busy: ReadonlyMap<string, string>,
  now: number,
): Plan {
  const drained = proposal.drain.map((node) => freeNode(node, mesh, busy));
  const placement = new Placement(mesh);
  const moves = drained.length > 0 ? placement.drain(drained) : placement.evenOut(busy);
  if (moves.length === 0) throw new Refusal('nothing_to_do', nothingToDo(drained));
  const { trigger, approvalMode, dryRun, requestedBy, changeTicket } = proposal;
  return {
    id: nextId(),
    trigger,
    approvalMode,
    dryRun,
    requestedBy,
    changeTicket,
    createdAt: now,
    state: dryRun ? 'steady' : 'rebalancePending',
    stateSince: now,
    approval: undefined,
    decision: undefined,
    cancellation: undefined,
    drains: drained.map((node) => plannedDrain(node, moves)),
    moves,
    holds: [],
    heldSince: undefined,
    heldMillis: 0,
    progressAt: undefined,
    traceparent: undefined,
    endedAt: undefined,
    outcome: undefined,
    errorType: undefined,
  };
}

function freeNode(id: string, mesh: Mesh, busy: ReadonlyMap<string, string>): MeshNode {
  const node = mesh.nodes.get(id);
  if (node === undefined) throw new Refusal('unknown_node', `the mesh has no node ${id}; its nodes are in node_shards`);
  const planId = busy.get(id);
  if (planId !== undefined) throw new Refusal('conflict', `plan ${planId} deals with ${id}; wait for it or cancel it`);
  return node;
}

function nothingToDo(drained: readonly MeshNode[]): string {
  if (drained.length === 0) return 'the cluster is even already; name the nodes to drain';
  return 'the nodes own no shards, or no other node can take them; name other nodes';
}

function plannedDrain({ id: node }: MeshNode, moves: readonly PlannedMove[]) {
  const shards = moves.filter(({ source }) => source === node).length;
  return { node, shards, shardsRemaining: shards, startedAt: undefined, outcome: undefined, bytes: 0 };
}
