import { FOLDED, METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';

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
/** Seconds since each plan entered its state. */
export const TIME_IN_STATE = `time() - max by (${PLAN}) (${METRICS.planStateSince.name}{${NAMED_PLAN}})`;

/**
 * Plans in which nothing moves because the controller is held back, on purpose: by a pause, or by a guardrail other
 * than the limit of moves, which a stuck plan itself uses up.
 *
 * @param window how far back a trip counts
 */
export function heldPlans(window: string): string {
  return `(max by (${PLAN}) (${METRICS.shardsMoving.name}{${NAMED_PLAN}}) == 0)
and on (${CLUSTER}) (
  (max by (${CLUSTER}) (${METRICS.paused.name}) == 1)
  or
  (sum by (${CLUSTER}) (increase(${METRICS.guardrailTrips.name}{guardrail!="maxConcurrentMoves"}[${window}])) > 0)
)`;
}

/** The lines of an expression, moved in by two blanks. */
export function indented(expression: string): string {
  return expression.replaceAll(/^/gm, '  ');
}
