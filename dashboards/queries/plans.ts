/* Queries on plans with a name: all of them, or by `ofThePlan` the chosen one. */
import { METRICS, type PlanTime, type RebalanceState } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import {
  countValues,
  type Expression,
  is,
  isOneOf,
  manyToOneIgnoring,
  max,
  number,
  on,
  onManyToOne,
  round,
  series,
  topk,
  withJoinedLabel,
  withLabel,
} from '../../rules/promql/index.js';
import { ACTIVE_PLANS, ageOf, lastValue, NAMED_PLAN, ofPlans, PLAN } from '../../rules/selectors.js';
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
export function phaseSeconds(phase: PlanTime): Expression {
  return max(PLAN, series(METRICS.duration, ...NAMED_PLAN, is('phase', phase)));
}

/** Seconds since a moment of each plan, by the clock of the process that exports it. */
export function planAge(
  moment: 'planCreated' | 'planStateSince' | 'planHeldSince',
  values: ThresholdValues,
): Expression {
  return ageOf(lastValue(series(METRICS[moment], ...NAMED_PLAN), values), PLAN, values);
}

/** Plans that should make progress and do not. */
export function stuckPlans(values: ThresholdValues): Expression {
  return alertCondition('MeshRebalanceStuck', 'critical', values);
}

const HELD = series(METRICS.planHeld, ...NAMED_PLAN);

/** Plans at work that nothing holds back. */
export const FREE_PLANS = ACTIVE_PLANS.unless(on(PLAN), HELD);

/** Seconds left of each plan, as its controller's process estimates them; none without an estimate. */
export function timeLeft(values: ThresholdValues): Expression {
  const end = series(METRICS.planEstimatedEnd, ...NAMED_PLAN);
  return max(PLAN, end.minus(manyToOneIgnoring(['plan_id']), lastValue(series(METRICS.clock), values)));
}

/** Labels of which the words of {@link standstill} are made. */
export const STANDSTILL_PARTS = ['reason', 'between', 'minutes', 'unit'] as const;

/**
 * Reason for which each plan stands still, and for how many minutes, in the words of one label: something holds it back,
 * or it is stuck. One row a plan, though several things may hold it.
 */
export function standstill(values: ThresholdValues): Expression {
  const holds = max([...PLAN, 'reason'], HELD).times(onManyToOne(PLAN), planAge('planHeldSince', values));
  const stuck = withLabel(stuckPlans(values), 'reason', 'stuck');
  const either = topk(PLAN, 1, holds).or(on(PLAN), stuck);
  const minutes = countValues([...PLAN, 'reason'], 'minutes', round(either.dividedBy(60)));
  const inWords = withLabel(withLabel(minutes, 'between', ' for '), 'unit', ' min');
  return withJoinedLabel(inWords, 'standstill', STANDSTILL_PARTS);
}
