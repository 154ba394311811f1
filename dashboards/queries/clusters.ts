/*
 * Queries on clusters and their controllers. Each aggregates to named labels, because a second replica or an upgrade
 * exports the same fact again under another `instance`: `max by` for gauges, `sum by` for increases of counters.
 */
import { METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { inSeconds } from '../../rules/duration.js';
import {
  type Expression,
  group,
  is,
  isNot,
  lastOverTime,
  max,
  min,
  on,
  series,
  sum,
  time,
} from '../../rules/promql/index.js';
import { CLUSTER, NO_PLAN, PLAN } from '../../rules/selectors.js';
import type { ThresholdValues } from '../../rules/thresholds.js';
import { alertCondition } from './alerts.js';

/** One for each controller that reports. */
export const CONTROLLERS = group(CLUSTER, series(METRICS.state, NO_PLAN, is('state', 'steady')));

/** Moves in flight in each cluster, those of plans without a name included. */
export const CLUSTER_MOVING = sum(CLUSTER, max(PLAN, series(METRICS.shardsMoving, isNot('plan_id', ''))));
export const CLUSTER_LIMIT = max(CLUSTER, series(METRICS.shardsMovingLimit));
/** Clusters in which more shards move than the policy allows. */
export const OVER_LIMIT = CLUSTER_MOVING.above(on(CLUSTER), CLUSTER_LIMIT);

/** Seconds that the oldest request of each cluster has waited; none where nobody waits. */
export const OLDEST_WAIT = time().minus(min(CLUSTER, series(METRICS.approvalOldestPending).above(0)));
/** Plans that wait in each cluster, those without a name included. */
export const CLUSTER_WAITING = max(CLUSTER, series(METRICS.approvalsPending));

/** Seconds since each controller's last heartbeat, of dead ones too. */
export function heartbeatAge({ rememberedFor }: ThresholdValues): Expression {
  return time().minus(max(CLUSTER, lastOverTime(series(METRICS.heartbeat).range(rememberedFor))));
}

export function silentControllers(values: ThresholdValues): Expression {
  return heartbeatAge(values).above(inSeconds(values.heartbeatTimeout));
}

/** Clusters whose plans fail again and again. */
export function repeatedFailures(values: ThresholdValues): Expression {
  return alertCondition('MeshRebalanceRepeatedFailures', 'warning', values);
}
