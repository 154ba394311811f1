/*
 * Queries on clusters and their controllers. Each aggregates to named labels, because a second replica or an upgrade
 * exports the same fact again under another `instance`: `max by` for gauges, `sum by` for increases of counters.
 */
import { METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { knownBySeries } from '../../rules/known.js';
import { type Expression, group, isNot, max, number, on, series, sum } from '../../rules/promql/index.js';
import { ageOf, CLUSTER, LEADERS, lastValue, leaderBeatAge, PLAN, rememberedBeatAge } from '../../rules/selectors.js';
import type { ThresholdValues } from '../../rules/thresholds.js';
import { alertCondition } from './alerts.js';

/** One for each cluster with a leading controller that reports. */
export const CONTROLLERS = group(CLUSTER, LEADERS);

/** Moves in flight in each cluster, those of plans without a name included. */
export const CLUSTER_MOVING = sum(CLUSTER, max(PLAN, series(METRICS.shardsMoving, isNot('plan_id', ''))));
export const CLUSTER_LIMIT = max(CLUSTER, series(METRICS.shardsMovingLimit));
/** Clusters in which more shards move than the policy allows, or than a multiple of that. */
export function overLimit(times: number | string = 1): Expression {
  return CLUSTER_MOVING.above(on(CLUSTER), Number(times) === 1 ? CLUSTER_LIMIT : number(times).times(CLUSTER_LIMIT));
}

/** Seconds that the oldest request of each cluster has waited; none where nobody waits. */
export function oldestWait(values: ThresholdValues): Expression {
  return ageOf(lastValue(series(METRICS.approvalOldestPending), values).differsFrom(0), CLUSTER, values);
}
/** Plans that wait in each cluster, those without a name included. */
export const CLUSTER_WAITING = max(CLUSTER, series(METRICS.approvalsPending));

/**
 * Seconds since the last heartbeat of each cluster's controller, of dead ones too. A gateway shows the last values of a
 * process that has died for minutes; its age goes on all the same.
 */
export function lastBeat(values: ThresholdValues): Expression {
  return leaderBeatAge(values.clockSkew).or(rememberedBeatAge(knownBySeries(values).heartbeat));
}

/** Clusters whose controller gives no heartbeat. */
export function silentControllers(values: ThresholdValues): Expression {
  return alertCondition('MeshRebalanceControllerHeartbeatMissing', 'critical', values);
}

/** Clusters whose plans fail again and again. */
export function repeatedFailures(severity: 'warning' | 'critical', values: ThresholdValues): Expression {
  return alertCondition('MeshRebalanceRepeatedFailures', severity, values);
}
