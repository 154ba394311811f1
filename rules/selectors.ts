import { METRICS, OTHER } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import {
  changes,
  type Expression,
  increase,
  is,
  isNot,
  isOneOf,
  type Labels,
  lastOverTime,
  type Matcher,
  max,
  on,
  type Series,
  series,
  sum,
} from './promql/index.js';
import type { ThresholdValues } from './thresholds.js';

/** Labels that identify a cluster; always named, because other labels differ between replicas and versions. */
export const CLUSTER = ['namespace', 'cluster'] as const satisfies Labels;
/** Labels that identify a plan. */
export const PLAN = [...CLUSTER, 'plan_id'] as const satisfies Labels;
/** Labels that identify the drain of a node. */
export const DRAIN = [...PLAN, 'node'] as const satisfies Labels;
/** Labels that identify a node. */
export const NODE = [...CLUSTER, 'node'] as const satisfies Labels;

/** Series of plans with a name of their own: not the controller's, not what was folded together. */
export const NAMED_PLAN = [isNot('plan_id', ''), isNot('plan_id', OTHER)] as const;
/** The controller's own series, of metrics that plans have too. */
export const NO_PLAN = is('plan_id', '');
/** The states in which a plan is at work. */
export const AT_WORK = isOneOf('state', ['draining', 'rebalancing']);

/** Plans at work. */
export const ACTIVE_PLANS = max(PLAN, series(METRICS.state, ...NAMED_PLAN, AT_WORK)).equals(1);

/**
 * An expression on all plans with a name, on some of them instead.
 *
 * @throws TypeError for one that asks about no such plans
 */
export function ofPlans(expression: Expression, plans: Matcher): Expression {
  const [first, ...others]: readonly Matcher[] = NAMED_PLAN;
  let isFound = false;
  const narrowed = expression.withMatchers(({ matchers }) =>
    matchers.flatMap((matcher) => {
      if (matcher === first) isFound = true;
      if (others.includes(matcher)) return [];
      return matcher === first ? plans : matcher;
    }),
  );
  if (!isFound) throw new TypeError(`asks about no plans with a name: ${expression}`);
  return narrowed;
}

/** Last value of a series, across the gap that a restart makes. */
export function lastValue(of: Series, { restartTolerance }: ThresholdValues): Expression {
  return lastOverTime(of.range(restartTolerance));
}

/**
 * Narrows to plans that are at work and were so a while ago. How long they have been in their state would not do: a
 * restarted controller enters it anew.
 *
 * @param since how long ago
 */
export function whereActiveSince(of: Expression, since: string, values: ThresholdValues): Expression {
  const atWork = series(METRICS.state, ...NAMED_PLAN, AT_WORK);
  const now = max(PLAN, lastValue(atWork, values)).equals(1);
  const before = max(PLAN, lastValue(atWork.offset(since), values)).equals(1);
  return of.and(on(PLAN), now).and(on(PLAN), before);
}

/** Plans of which no process has reported a move for so long. */
export function unmovedPlans(window: string): Expression {
  return max(PLAN, changes(series(METRICS.planShardsRemaining, ...NAMED_PLAN).range(window))).equals(0);
}

/**
 * Plans in which nothing moves because the controller is held back, on purpose: by a pause, or by a guardrail other
 * than the limit of moves, which a stuck plan itself uses up.
 *
 * @param window how far back a trip counts
 */
export function heldPlans(window: string, values: ThresholdValues): Expression {
  const still = max(PLAN, lastValue(series(METRICS.shardsMoving, ...NAMED_PLAN), values)).equals(0);
  const paused = max(CLUSTER, lastValue(series(METRICS.paused), values)).equals(1);
  const trips = series(METRICS.guardrailTrips, isNot('guardrail', 'maxConcurrentMoves')).range(window);
  const tripped = sum(CLUSTER, increase(trips)).above(0);
  return still.inParentheses().and(on(CLUSTER), paused.inParentheses().or(tripped.inParentheses()));
}
