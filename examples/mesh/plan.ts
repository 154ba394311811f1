import type { ApprovalMode, Outcome, RebalanceState } from 'opentelemetry-instrumentation-mesh-rebalance';
import type { CancellationView, DecisionView } from '../operator/controllable.js';

/** Progress of a planned move. */
export type MoveStatus = 'waiting' | 'moving' | 'moved';

/** One shard that a plan moves. */
export interface PlannedMove {
  readonly shard: string;
  readonly source: string;
  target: string;
  status: MoveStatus;
  /** When it began, failed or arrived, in milliseconds since the Unix epoch; undefined for one that has yet to begin. */
  since: number | undefined;
  /** Why its last attempt failed. */
  errorType: string | undefined;
  /** Attempts that were begun. */
  attempts: number;
  /** Earliest time of the next attempt: milliseconds since the Unix epoch. */
  notBefore: number;
}

/** One node that a plan drains. */
export interface PlannedDrain {
  readonly node: string;
  shards: number;
  shardsRemaining: number;
  /** Milliseconds since the Unix epoch; undefined until the drain begins, and after a crash until it begins anew. */
  startedAt: number | undefined;
  outcome: Outcome | undefined;
  bytes: number;
}

/** Everything a controller knows of a plan; what it saves of it. Times are milliseconds since the Unix epoch. */
export interface Plan {
  readonly id: string;
  readonly trigger: string;
  readonly approvalMode: ApprovalMode;
  readonly dryRun: boolean;
  readonly requestedBy: string | undefined;
  readonly changeTicket: string | undefined;
  readonly createdAt: number;
  state: RebalanceState;
  stateSince: number;
  approval: { readonly requestedAt: number; readonly expiresAt: number } | undefined;
  decision: DecisionView | undefined;
  cancellation: CancellationView | undefined;
  readonly drains: PlannedDrain[];
  readonly moves: PlannedMove[];
  /** Guardrails that hold it back, since when. */
  holds: readonly { readonly guardrail: string; readonly since: number }[];
  /** Since when it has been held without a break; undefined while nothing holds it. */
  heldSince: number | undefined;
  /** Milliseconds for which it was held before. */
  heldMillis: number;
  /** Time at which it began to work, was released from a hold, or moved a shard; the latest of them. */
  progressAt: number | undefined;
  /** W3C `traceparent` of the plan's trace, so that a restarted controller goes on in it. */
  traceparent: string | undefined;
  endedAt: number | undefined;
  outcome: Outcome | undefined;
  errorType: string | undefined;
}

export function isLive(plan: Plan): boolean {
  return plan.outcome === undefined && !plan.dryRun;
}

/** True when the plan may be carried out. */
export function isApproved(plan: Plan): boolean {
  return isLive(plan) && plan.decision?.decision === 'approved';
}

/** Moves of a plan that stand there. */
export function countMoves(plan: Plan, status: MoveStatus): number {
  let count = 0;
  for (const move of plan.moves) if (move.status === status) count += 1;
  return count;
}

/** A copy that shares nothing with the plan. */
export function copyOf(plan: Plan): Plan {
  return {
    ...plan,
    drains: plan.drains.map((drain) => ({ ...drain })),
    moves: plan.moves.map((move) => ({ ...move })),
  };
}

const STATE_AT_END: Readonly<Record<Outcome, RebalanceState>> = {
  completed: 'completed',
  failed: 'failed',
  cancelled: 'steady',
};

/** Writes the end of a plan into it; what was still open ends with it. */
export function close(plan: Plan, outcome: Outcome, errorType: string | undefined, now: number): void {
  plan.outcome = outcome;
  plan.errorType = errorType;
  plan.endedAt = now;
  plan.approval = undefined;
  plan.state = STATE_AT_END[outcome];
  plan.stateSince = now;
  for (const move of plan.moves) {
    if (move.status !== 'moving') continue;
    move.status = 'waiting';
    move.since = undefined;
  }
  for (const drain of plan.drains) {
    if (drain.startedAt !== undefined) drain.outcome ??= outcome;
  }
}

/** The busiest state comes first. */
const PRECEDENCE = ['rebalancing', 'draining', 'rebalancePending'] as const satisfies RebalanceState[];

/** The state of a controller that deals with these plans; undefined when it deals with none. */
export function stateOfPlans(plans: readonly Plan[]): RebalanceState | undefined {
  return PRECEDENCE.find((state) => plans.some((plan) => plan.state === state));
}
