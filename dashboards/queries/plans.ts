/* Queries on plans with a name: all of them, or by `ofThePlan` the chosen one. */
import { METRICS, type RebalanceState } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import {
  changes,
  type Expression,
  is,
  isOneOf,
  max,
  maxOverTime,
  number,
  on,
  series,
  topk,
} from '../../rules/promql/index.js';
import { ACTIVE_PLANS, heldPlans, NAMED_PLAN, ofPlans, PLAN } from '../../rules/selectors.js';
import type { ThresholdValues } from '../../rules/thresholds.js';
import { alertCondition } from './alerts.js';

/** The plan that is chosen. */
export const THE_PLAN = is('plan_id', '$plan_id');

/** A query on all plans with a name, on the chosen one instead. */
export function ofThePlan(expression: Expression): Expression {
  return ofPlans(expression, THE_PLAN);
}

const LIVE_STATES: readonly RebalanceState[] = ['investigating', 'rebalancePending', 'draining', 'rebalancing'];
/** Live plans with a name, with their state as a label. */
export const LIVE_PLANS = max(
  [...PLAN, 'state'],
  series(METRICS.state, ...NAMED_PLAN, isOneOf('state', LIVE_STATES)),
).equals(1);

export const PLAN_REMAINING = max(PLAN, series(METRICS.planShardsRemaining, ...NAMED_PLAN));
export const PLAN_SHARDS = max(PLAN, series(METRICS.planShards, ...NAMED_PLAN));
export const PLAN_MOVING = max(PLAN, series(METRICS.shardsMoving, ...NAMED_PLAN));
export const PLAN_CREATED = max(PLAN, series(METRICS.planCreated, ...NAMED_PLAN));
export const PLAN_STATE_SINCE = max(PLAN, series(METRICS.planStateSince, ...NAMED_PLAN));
/** Share of a plan's shards that have moved; none for a plan without shards. */
export const PLAN_PROGRESS = number(1).minus(PLAN_REMAINING.dividedBy(PLAN_SHARDS.above(0)));
/** One row a plan, though two replicas may know it by different triggers. */
export const PLAN_INFO = topk(
  PLAN,
  1,
  max([...PLAN, 'trigger', 'approval_mode', 'trace_id'], series(METRICS.planInfo, ...NAMED_PLAN)),
);

/** Seconds that each plan has spent in a phase so far. */
export function phaseSeconds(phase: 'approval' | 'drain' | 'move' | 'total'): Expression {
  return max(PLAN, series(METRICS.duration, ...NAMED_PLAN, is('phase', phase)));
}

/** Plans whose shards should move and do not. */
export function stuckPlans(values: ThresholdValues): Expression {
  return alertCondition('MeshRebalanceStuck', 'critical', values);
}

/** Plans at work in which nothing moves, on purpose. */
export function activePlansHeldBack(values: ThresholdValues): Expression {
  return ACTIVE_PLANS.and(on(PLAN), heldPlans(values.stuckAfter, values));
}

/** Plans at work of which a shard has moved of late, as the alert on stuck plans understands it. */
export function plansThatMoved({ stuckAfter }: ThresholdValues): Expression {
  const moved = max(PLAN, changes(series(METRICS.planShardsRemaining, ...NAMED_PLAN).range(stuckAfter))).above(0);
  return moved.inParentheses().and(on(PLAN), ACTIVE_PLANS);
}

/** Seconds left at the pace so far, for active plans in which something has moved of late and nothing holds them. */
export function planEta(values: ThresholdValues): Expression {
  // A restarted controller no longer knows how long its plan waited; Prometheus does.
  const waited = max(
    PLAN,
    maxOverTime(series(METRICS.duration, ...NAMED_PLAN, is('phase', 'approval')).range(values.workBudget)),
  );
  const worked = phaseSeconds('total').minus(waited);
  return PLAN_REMAINING.above(0)
    .dividedBy(PLAN_SHARDS.minus(PLAN_REMAINING).above(0))
    .times(worked)
    .and(on(PLAN), plansThatMoved(values))
    .unless(on(PLAN), heldPlans(values.stuckAfter, values));
}
