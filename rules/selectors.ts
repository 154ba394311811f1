import { METRICS, OTHER } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { inSeconds } from './duration.js';
import {
  type Expression,
  is,
  isNot,
  isOneOf,
  type Labels,
  lastOverTime,
  type Matcher,
  madeByRules,
  max,
  min,
  minOverTime,
  oneToManyIgnoring,
  type Series,
  series,
  time,
} from './promql/index.js';
import type { ThresholdValues } from './thresholds.js';

/** Labels that identify a cluster; always named, because other labels differ between replicas and versions. */
export const CLUSTER = ['namespace', 'cluster'] as const satisfies Labels;
/** Labels that identify a plan. */
export const PLAN = [...CLUSTER, 'plan_id'] as const satisfies Labels;
/** Labels that identify the drain of a node. */
export const DRAIN = [...PLAN, 'node'] as const satisfies Labels;
/** Labels that identify a scrape target. */
export const TARGET = ['job', 'instance'] as const satisfies Labels;
/** Labels that identify a node. */
export const NODE = [...CLUSTER, 'node'] as const satisfies Labels;

/** Series of plans with a name of their own, of metrics that only plans have: not what was folded together. */
export const NAMED_PLAN = isNot('plan_id', OTHER);
/** Tells the series of plans from the controller's own, of metrics that both have. */
const ANY_PLAN = isNot('plan_id', '');
/** The controller's own series, of metrics that plans have too. */
export const NO_PLAN = is('plan_id', '');
/** The states in which a plan is at work. */
export const AT_WORK = isOneOf('state', ['draining', 'rebalancing']);

/** States of plans with a name. */
export function planState(...states: readonly Matcher<'state'>[]): Series {
  return series(METRICS.state, ANY_PLAN, NAMED_PLAN, ...states);
}

/** Plans at work. */
export const ACTIVE_PLANS = max(PLAN, planState(AT_WORK)).equals(1);

/** An alert of the rules while its condition holds. */
export function alerts(alertname: string, ...matchers: readonly Matcher<'severity' | 'alertstate'>[]): Series {
  return madeByRules('ALERTS', is('alertname', alertname), ...matchers);
}

/** An alert of the rules while it fires. */
export function firing(alertname: string, ...matchers: readonly Matcher<'severity'>[]): Series {
  return alerts(alertname, is('alertstate', 'firing'), ...matchers);
}

/** One series for each process that leads a cluster: a standby does not say whether it is paused. */
export const LEADERS = series(METRICS.paused);

/**
 * An expression on all plans with a name, on some of them instead.
 *
 * @throws TypeError for one that asks about no such plans
 */
export function ofPlans(expression: Expression, plans: Matcher): Expression {
  let isFound = false;
  const narrowed = expression.withMatchers(({ matchers }) =>
    matchers.flatMap((matcher) => {
      if (matcher === ANY_PLAN) return [];
      if (matcher !== NAMED_PLAN) return matcher;
      isFound = true;
      return plans;
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
 * Seconds since a moment that a process exports, by the clock of that process: both come from one collection, so that
 * neither a clock that is wrong nor the way of a sample makes it older or younger. Of several processes that show it, the
 * latest moment counts.
 *
 * @param by labels that identify whom the moment is about
 */
export function ageOf(moment: Expression, by: Labels, values: ThresholdValues): Expression {
  const own = by.filter((label) => !(CLUSTER as Labels).includes(label));
  const now = lastValue(series(METRICS.clock), values);
  return min(by, own.length === 0 ? now.minus(moment) : now.minus(oneToManyIgnoring(own), moment));
}

/**
 * Seconds since the last heartbeat of each process that lives, by its own clock. The clock of one that has died stands
 * still, or is gone: a gateway shows its last values for minutes.
 *
 * @param within time in which the clock of a process that lives goes on
 */
export function beatAges(within: string): Expression {
  const clock = series(METRICS.clock).range(within);
  const goesOn = lastOverTime(clock).above(minOverTime(clock));
  return goesOn.minus(lastOverTime(series(METRICS.heartbeat).range(within)));
}

/** The same of each cluster's leader. A controller that never says whether it leads, leads. */
export function leaderBeatAge(within: string): Expression {
  const standby = lastOverTime(series(METRICS.leading).range(within)).equals(0);
  return min(CLUSTER, beatAges(within).unless(standby));
}

/** Seconds since the last heartbeat of each cluster, by Prometheus' clock. @param heartbeat those that are remembered */
export function rememberedBeatAge(heartbeat: Expression): Expression {
  return time().minus(max(CLUSTER, heartbeat));
}

/**
 * Clusters that were taken out of service, of which no process has shown any life since, but for those that were on their
 * way out: standbys go after their leader.
 *
 * @param since when they were taken out of service
 * @param clock the last of each of their processes
 */
export function decommissioned({ goneWithin }: ThresholdValues, since: Expression, clock: Expression): Expression {
  return max(CLUSTER, since).plus(inSeconds(goneWithin)).above(max(CLUSTER, clock));
}
