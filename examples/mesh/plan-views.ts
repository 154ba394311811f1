import type { PlanSnapshot } from 'opentelemetry-instrumentation-mesh-rebalance';
import type { PlanView } from '../operator/controllable.js';
import { countMoves, type Plan } from './plan.js';

/** Moves that an operator is shown. */
const SHOWN_MOVES = 100;

/** A plan as an operator sees it. */
export function viewOf(plan: Plan, namespace: string, cluster: string): PlanView {
  const { traceparent: _, holds: _holds, heldSince, heldMillis, progressAt, drains, moves, ...facts } = plan;
  return {
    ...facts,
    namespace,
    cluster,
    shards: moves.length,
    shardsRemaining: moves.length - countMoves(plan, 'moved'),
    shardsMoving: countMoves(plan, 'moving'),
    drains: drains.map(({ bytes: _bytes, ...drain }) => drain),
    moves: moves.slice(0, SHOWN_MOVES).map(({ shard, source, target }) => ({ shard, source, target })),
  };
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
