import { FOLDED, METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import type { ThresholdValues } from './thresholds.js';

/** What every alert on a cluster is told apart by; always named, because other labels differ between replicas and versions. */
export const CLUSTER = 'namespace, cluster';
/** What every alert on a plan is told apart by. */
export const PLAN = `${CLUSTER}, plan_id`;
/** What an alert on a draining node is told apart by. */
export const DRAIN = `${PLAN}, node`;

/** Matches the series of plans with a name of their own: not the controller's, not what was folded together. */
export const NAMED_PLAN = `plan_id!="",plan_id!="${FOLDED}"`;
/** The states in which a plan is at work. */
export const ACTIVE = 'state=~"draining|rebalancing"';

/** Plans at work. */
export const ACTIVE_PLANS = `max by (${PLAN}) (${METRICS.state.name}{${NAMED_PLAN},${ACTIVE}}) == 1`;

/** What a series last said, across the gap that a restart makes. */
export function lastly(series: string, { restartTolerance }: ThresholdValues): string {
  return `last_over_time(${series}[${restartTolerance}])`;
}

/**
 * Plans that are at work and were so a while ago. How long they have been in their state would not do: a restarted
 * controller enters it anew.
 *
 * @param since how long ago
 */
export function activeSince(since: string, values: ThresholdValues): string {
  const active = lastly(`${METRICS.state.name}{${NAMED_PLAN},${ACTIVE}}`, values);
  const before = active.replace(/\)$/, ` offset ${since})`);
  return `(max by (${PLAN}) (${active}) == 1)
and on (${PLAN}) (max by (${PLAN}) (${before}) == 1)`;
}

/**
 * Plans in which nothing moves because the controller is held back, on purpose: by a pause, or by a guardrail other
 * than the limit of moves, which a stuck plan itself uses up.
 *
 * @param window how far back a trip counts
 */
export function heldPlans(window: string, values: ThresholdValues): string {
  return `(max by (${PLAN}) (${lastly(`${METRICS.shardsMoving.name}{${NAMED_PLAN}}`, values)}) == 0)
and on (${CLUSTER}) (
  (max by (${CLUSTER}) (${lastly(METRICS.paused.name, values)}) == 1)
  or
  (sum by (${CLUSTER}) (increase(${METRICS.guardrailTrips.name}{guardrail!="maxConcurrentMoves"}[${window}])) > 0)
)`;
}

/** The lines of an expression, moved in by two blanks. */
export function indented(expression: string): string {
  return expression.replaceAll(/^/gm, '  ');
}
