import { METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { secondsOf } from './duration.js';
import type { RecordingRule, RuleGroup } from './rule.js';
import { ACTIVE_PLANS, CLUSTER, DRAIN, heldPlans, indented, NAMED_PLAN, PLAN } from './selectors.js';
import type { ThresholdValues } from './thresholds.js';

/** Names of what is recorded. The dashboards read it; no alert does, so that none is silent where it is missing. */
export const RECORDED = {
  planActive: 'namespace_cluster_plan_id:mesh_rebalance_plan_active:max',
  planHeld: 'namespace_cluster_plan_id:mesh_rebalance_plan_held:bool',
  planShards: 'namespace_cluster_plan_id:mesh_rebalance_plan_shards:max',
  planShardsRemaining: 'namespace_cluster_plan_id:mesh_rebalance_plan_shards_remaining:max',
  drainShardsRemaining: 'namespace_cluster_plan_id_node:mesh_rebalance_drain_shards_remaining:max',
  nodeShards: 'namespace_cluster_node:mesh_rebalance_node_shards:max',
  goalMet: 'namespace_cluster:mesh_rebalance_plan_duration_goal_met:increase1h',
  goalTotal: 'namespace_cluster:mesh_rebalance_plan_duration_goal_total:increase1h',
  clusterGoalRatio: 'namespace_cluster:plan_duration_goal_ratio:30d',
  goalRatio: 'mesh_rebalance:plan_duration_goal_ratio:30d',
} as const;

/** The recording rules. */
export function recordingGroups(values: ThresholdValues): RuleGroup<RecordingRule>[] {
  const histogram = METRICS.phaseDuration.name;
  const goal = secondsOf(values.durationGoal);
  return [
    {
      name: 'mesh-rebalance.plans',
      rules: [
        { record: RECORDED.planActive, expr: ACTIVE_PLANS },
        {
          record: RECORDED.planHeld,
          expr: `${RECORDED.planActive}
and on (${PLAN}) (
${indented(heldPlans(values.stuckAfter, values))}
)`,
        },
        { record: RECORDED.planShards, expr: `max by (${PLAN}) (${METRICS.planShards.name}{${NAMED_PLAN}})` },
        {
          record: RECORDED.planShardsRemaining,
          expr: `max by (${PLAN}) (${METRICS.planShardsRemaining.name}{${NAMED_PLAN}})`,
        },
        {
          record: RECORDED.drainShardsRemaining,
          expr: `max by (${DRAIN}) (${METRICS.drainShardsRemaining.name}{${NAMED_PLAN}})`,
        },
        { record: RECORDED.nodeShards, expr: `max by (${CLUSTER}, node) (${METRICS.nodeShards.name})` },
      ],
    },
    {
      // Seldom, because a month is read each time.
      name: 'mesh-rebalance.duration-goal',
      interval: '5m',
      rules: [
        {
          record: RECORDED.goalTotal,
          expr: `sum by (${CLUSTER}) (increase(${histogram}_count{phase="total",outcome=~"completed|failed"}[1h]))`,
        },
        {
          record: RECORDED.goalMet,
          // Prometheus 3 writes bounds as 14400.0, Prometheus 2 as 14400. 0 where no plan has completed yet.
          expr: `sum by (${CLUSTER}) (increase(${histogram}_bucket{phase="total",outcome="completed",le=~"${goal}(\\\\.0)?"}[1h]))
or
0 * ${RECORDED.goalTotal}`,
        },
        {
          record: RECORDED.clusterGoalRatio,
          expr: `sum by (${CLUSTER}) (sum_over_time(${RECORDED.goalMet}[30d]))
/
(sum by (${CLUSTER}) (sum_over_time(${RECORDED.goalTotal}[30d])) > 0)`,
        },
        {
          record: RECORDED.goalRatio,
          expr: `sum(sum_over_time(${RECORDED.goalMet}[30d]))
/
(sum(sum_over_time(${RECORDED.goalTotal}[30d])) > 0)`,
        },
      ],
    },
  ];
}
