/* Queries that several rows of the page of one plan share. */
import { METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { type Expression, group, lastOverTime, on, series } from '../../rules/promql/index.js';
import { CLUSTER } from '../../rules/selectors.js';
import { ofThePlan, THE_PLAN } from '../queries/plans.js';

/** The plan's values within the shown time. The aggregation is inside, so that a replaced process counts no more. */
const within = (expression: Expression) => ofThePlan(expression).subquery('$__range', '1m');

/** The plan's last value in the shown time, though it may have ended and retired since. */
export function lastShown(expression: Expression): Expression {
  return lastOverTime(within(expression));
}

/** Narrows a query on clusters to the plan's cluster. */
export function ofItsCluster(expression: Expression): Expression {
  const shown = lastOverTime(series(METRICS.planShards, THE_PLAN).range('$__range'));
  return expression.and(on(CLUSTER), group(CLUSTER, shown));
}
