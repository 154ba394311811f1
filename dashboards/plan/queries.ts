/* What the rows of the page of one plan ask alike. */
import { METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { type Expression, group, lastOverTime, maxOverTime, on, series } from '../../rules/promql/index.js';
import { CLUSTER } from '../../rules/selectors.js';
import { ofThePlan, phaseSeconds, THE_PLAN } from '../queries/plans.js';

/** What the plan gave within the shown time. The aggregation is inside, so that a replaced process has no say any more. */
const within = (expression: Expression) => ofThePlan(expression).subquery('$__range', '1m');

/** What the plan last said in the shown time, though it may have ended and retired since. */
export function lastShown(expression: Expression): Expression {
  return lastOverTime(within(expression));
}

/** How long the plan waited. A controller that was restarted no longer knows; Prometheus does. */
export const WAITED = maxOverTime(within(phaseSeconds('approval')));

/** What is asked about a cluster, of the plan's cluster only. */
export function ofItsCluster(expression: Expression): Expression {
  const shown = lastOverTime(series(METRICS.planShards, THE_PLAN).range('$__range'));
  return expression.and(on(CLUSTER), group(CLUSTER, shown));
}
