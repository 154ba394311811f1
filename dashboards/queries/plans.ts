/* Queries on plans with a name: all of them, or by `ofThePlan` the chosen one. */
import {
  HELD_BY_APPROVAL,
  METRICS,
  type PlanTime,
  type RebalanceState,
} from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import {
  type Expression,
  increase,
  is,
  isOneOf,
  type Matcher,
  manyToOneIgnoring,
  max,
  number,
  on,
  series,
  topk,
  withJoinedLabel,
  withLabel,
  withLabelFrom,
} from '../../rules/promql/index.js';
import { ACTIVE_PLANS, ageOf, lastValue, NAMED_PLAN, ofPlans, PLAN, planState } from '../../rules/selectors.js';
import type { ThresholdValues } from '../../rules/thresholds.js';
import { chosen } from '../chosen.js';
import { PLAN_CODES } from '../palette.js';
import { alertCondition } from './alerts.js';
import { code, firstOf } from './shapes.js';

/** The plan that is chosen. */
export const THE_PLAN = chosen('plan_id');

/** A query on all plans with a name, on the chosen one instead. */
export function ofThePlan(expression: Expression): Expression {
  return ofPlans(expression, THE_PLAN);
}

/** Plans in one of these states. */
function plansIn(...states: readonly RebalanceState[]): Expression {
  return max(PLAN, planState(isOneOf('state', states))).equals(1);
}

/** Plans that have not ended. */
export const LIVE_PLANS = plansIn('investigating', 'rebalancePending', 'draining', 'rebalancing');
/** Plans that have failed and not yet retired. */
export const FAILED_PLANS = plansIn('failed');
/** Plans that wait for a decision. */
export const WAITING_PLANS = plansIn('rebalancePending');
/** Plans that are over, or nearly so, of which nobody has to know any more. */
const DONE_PLANS = plansIn('completed', 'steady');

/** A query on plans, on those that are live or have failed and not yet retired. The states of few are cheaper to ask for. */
export function ofShownPlans(expression: Expression): Expression {
  return expression.unless(on(PLAN), DONE_PLANS);
}

export const PLAN_REMAINING = max(PLAN, series(METRICS.planShardsRemaining, NAMED_PLAN));
export const PLAN_SHARDS = max(PLAN, series(METRICS.planShards, NAMED_PLAN));
export const PLAN_MOVING = max(PLAN, series(METRICS.shardsMoving, NAMED_PLAN));
export const PLAN_CREATED = max(PLAN, series(METRICS.planCreated, NAMED_PLAN));
export const PLAN_STATE_SINCE = max(PLAN, series(METRICS.planStateSince, NAMED_PLAN));
/** Share of a plan's shards that have moved; none for a plan without shards. */
export const PLAN_PROGRESS = number(1).minus(PLAN_REMAINING.dividedBy(PLAN_SHARDS.above(0)));
/** One row a plan, though two replicas may know it by different triggers. */
export const PLAN_INFO = topk(
  PLAN,
  1,
  max([...PLAN, 'trigger', 'approval_mode', 'trace_id'], series(METRICS.planInfo, NAMED_PLAN)),
);

/** Seconds that each plan has spent in a phase so far. */
export function phaseSeconds(phase: PlanTime): Expression {
  return max(PLAN, series(METRICS.duration, NAMED_PLAN, is('phase', phase)));
}

/** Seconds since a moment that each plan has now, by the clock of the process that exports it. */
function planAge(moment: 'planStateSince' | 'planHeldSince', values: ThresholdValues): Expression {
  return ageOf(series(METRICS[moment], NAMED_PLAN), PLAN, values);
}

/** Plans that should make progress and do not. */
export function stuckPlans(values: ThresholdValues): Expression {
  return alertCondition('MeshRebalanceStuck', 'critical', values);
}

/** Seconds left of each plan, as its controller's process estimates them; none without an estimate. */
export function timeLeft(values: ThresholdValues): Expression {
  const end = series(METRICS.planEstimatedEnd, NAMED_PLAN);
  return max(PLAN, end.minus(manyToOneIgnoring(['plan_id']), lastValue(series(METRICS.clock), values)));
}

/** A plan that has to wait for a free slot is at work, and what waits for its approval is not yet. */
const WANT_OF_SLOTS = 'maxConcurrentMoves';
const HELD_ON_PURPOSE: Matcher<'reason'> = {
  label: 'reason',
  operator: '!~',
  value: `${HELD_BY_APPROVAL}|${WANT_OF_SLOTS}`,
};
/** Plans that something else holds back. */
export const HELD_BACK_PLANS = max(PLAN, series(METRICS.planHeld, NAMED_PLAN, HELD_ON_PURPOSE));

/**
 * How each plan stands, as one of {@link PLAN_CODES}: in `reason` why, in `run` what to type. One row a plan, though
 * several things may hold it.
 */
export function standing(values: ThresholdValues): Expression {
  const stuck = stuckPlans(values);
  const failuresOfLate = increase(series(METRICS.planFailures, NAMED_PLAN).range(values.stuckAfter));
  const movesHang = because(series(METRICS.planOldestMove, NAMED_PLAN), 'a move hangs');
  const inTrouble = firstOf(
    PLAN,
    code(
      PLAN_CODES.stuck,
      firstOf(PLAN, withError('moves fail: ', failuresOfLate.above(0)), movesHang).and(on(PLAN), stuck),
    ),
    code(PLAN_CODES.stuck, because(stuck, 'no move begins')),
    code(PLAN_CODES.failed, withError('', series(METRICS.planFailures, NAMED_PLAN)).and(on(PLAN), FAILED_PLANS)),
    code(PLAN_CODES.failed, FAILED_PLANS),
    code(PLAN_CODES.held, heldBy(HELD_ON_PURPOSE)),
  );
  return firstOf(
    PLAN,
    toRun(inTrouble, 'show'),
    toRun(code(PLAN_CODES.waits, because(WAITING_PLANS, HELD_BY_APPROVAL)), 'approve'),
    toRun(code(PLAN_CODES.investigating, plansIn('investigating')), 'show'),
    toRun(code(PLAN_CODES.queued, heldBy(is('reason', WANT_OF_SLOTS))), 'show'),
    toRun(code(PLAN_CODES.moving, ACTIVE_PLANS), 'watch'),
  );
}

/** Seconds for which each plan has stood so: without progress, held back, or in its state. */
export function standingFor(values: ThresholdValues): Expression {
  return firstOf(
    PLAN,
    stuckPlans(values),
    planAge('planHeldSince', values),
    ofShownPlans(planAge('planStateSince', values)),
  );
}

function because(plans: Expression, reason: string): Expression {
  return withLabel(max(PLAN, plans), 'reason', reason);
}

/** One of the things that hold each plan back. */
function heldBy(reason: Matcher<'reason'>): Expression {
  return topk(PLAN, 1, max([...PLAN, 'reason'], series(METRICS.planHeld, NAMED_PLAN, reason)));
}

/** Plans of which something has failed, with the most frequent error as their reason. */
function withError(words: string, failures: Expression): Expression {
  const worst = withLabel(topk(PLAN, 1, max([...PLAN, 'error_type'], failures)), 'between', words);
  return max([...PLAN, 'reason'], withJoinedLabel(worst, 'reason', ['between', 'error_type']));
}

/** Adds the command line of a plan. An id with a quote would end that of the command: then the list, which has it. */
function toRun(plans: Expression, verb: 'show' | 'approve' | 'watch'): Expression {
  const anyhow = withLabel(plans, 'run', 'mesh shards rebalance list');
  return withLabelFrom(anyhow, 'run', `mesh shards rebalance ${verb} -- '$1'`, 'plan_id', "([^']*)");
}
