import type { PlanSnapshot } from 'opentelemetry-instrumentation-mesh-rebalance';
import type { HoldView, MoveView, PlanView } from '../operator/controllable.js';
import { countMoves, type Plan, type PlannedMove } from './plan.js';

/** Moves that an operator is shown. */
const SHOWN_MOVES = 100;

/** The order in which an operator is shown moves. */
const ORDER: readonly MoveView['status'][] = ['moving', 'failed', 'waiting', 'moved'];

/** A plan as an operator sees it. @param held what holds it back */
export function viewOf(plan: Plan, namespace: string, cluster: string, held: readonly HoldView[]): PlanView {
  const { traceparent: _, holds: _holds, heldSince, heldMillis, drains, moves, ...facts } = plan;
  return {
    ...facts,
    namespace,
    cluster,
    shards: moves.length,
    shardsRemaining: moves.length - countMoves(plan, 'moved'),
    shardsMoving: countMoves(plan, 'moving'),
    held,
    drains: drains.map((drain) => ({ ...drain })),
    moves: moves.map(moveView).sort(byUrgency).slice(0, SHOWN_MOVES),
  };
}

function moveView({ shard, source, target, status, since, errorType }: PlannedMove): MoveView {
  const hasFailed = status === 'waiting' && errorType !== undefined;
  return { shard, source, target, status: hasFailed ? 'failed' : status, since, errorType };
}

/** Moves of the same status keep their order where their times are the same, or are none. */
function byUrgency(a: MoveView, b: MoveView): number {
  if (a.status !== b.status) return ORDER.indexOf(a.status) - ORDER.indexOf(b.status);
  const later = (a.since ?? 0) - (b.since ?? 0);
  return a.status === 'moving' ? later : -later;
}

/** A live plan as the instrumentation takes it over. */
export function snapshotOf(plan: Plan, now: number): PlanSnapshot {
  const { decision, holds, heldSince, heldMillis, progressAt } = plan;
  return {
    planId: plan.id,
    time: plan.createdAt,
    trigger: plan.trigger,
    approvalMode: plan.approvalMode,
    requestedBy: plan.requestedBy,
    changeTicket: plan.changeTicket,
    nodes: plan.drains.map(({ node }) => node),
    shards: plan.moves.length,
    shardsRemaining: plan.moves.length - countMoves(plan, 'moved'),
    state: plan.state,
    stateSince: plan.stateSince,
    approvalRequestedAt: plan.approval?.requestedAt,
    traceparent: plan.traceparent,
    // It waits for its decision from its creation on.
    workMillis: decision === undefined ? 0 : now - decision.at,
    heldMillis: heldMillis + (heldSince === undefined ? 0 : now - heldSince),
    progressAt,
    holds,
    decisions: decision === undefined ? {} : { [decision.decision]: 1 },
    drains: plan.drains.flatMap(({ node, shards, shardsRemaining, startedAt, outcome }) =>
      startedAt === undefined || outcome !== undefined ? [] : [{ node, shards, shardsRemaining, startedAt }],
    ),
    moves: plan.moves.flatMap(({ shard, source, target, status }) =>
      status === 'moving' ? [{ shard, source, target }] : [],
    ),
  };
}
