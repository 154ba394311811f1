import { METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { inSeconds } from './duration.js';
import {
  type Expression,
  histogramSeries,
  increase,
  is,
  isOneOf,
  madeByRules,
  matches,
  number,
  type Series,
  sum,
  sumOverTime,
  TOGETHER,
} from './promql/index.js';
import type { RecordingRule, RuleGroup } from './rule.js';
import { within } from './scope.js';
import { CLUSTER } from './selectors.js';
import type { Settings } from './settings.js';

/** Recorded series. The dashboards read them; no alert does, so that none is silent where they are missing. */
export const RECORDED = {
  goalMet: madeByRules('namespace_cluster:mesh_rebalance_plan_duration_goal_met:increase1h'),
  goalTotal: madeByRules('namespace_cluster:mesh_rebalance_plan_duration_goal_total:increase1h'),
  clusterGoalRatio: madeByRules('namespace_cluster:plan_duration_goal_ratio:30d'),
  goalRatio: madeByRules('mesh_rebalance:plan_duration_goal_ratio:30d'),
} as const;

/** Plans that came to an end by themselves: one that was cancelled has no goal. */
const ended = histogramSeries(
  METRICS.phaseDuration,
  'count',
  is('phase', 'total'),
  isOneOf('outcome', ['completed', 'failed']),
);

/** A rule that records an expression as a series. */
export function recordingRule(settings: Settings, { selector }: Series, expression: Expression): RecordingRule {
  const { labels } = settings;
  return {
    record: selector.name,
    expr: String(within(settings, expression)),
    labels: Object.keys(labels).length === 0 ? undefined : labels,
  };
}

/** The recording rules of the dashboards. */
export function recordingGroups(settings: Settings): RuleGroup<RecordingRule>[] {
  const { values } = settings;
  const rule = (record: Series, expression: Expression) => recordingRule(settings, record, expression);
  return [
    {
      // Seldom, because a month is read each time.
      name: 'mesh-rebalance.duration-goal',
      interval: '5m',
      rules: [
        rule(RECORDED.goalTotal, sum(CLUSTER, increase(ended.range('1h')))),
        rule(
          RECORDED.goalMet,
          // 0 where no plan has completed yet.
          sum(CLUSTER, increase(completedWithin(values.durationGoal).range('1h'))).or(
            number(0).times(RECORDED.goalTotal),
          ),
        ),
        rule(
          RECORDED.clusterGoalRatio,
          sum(CLUSTER, ofAMonth(RECORDED.goalMet))
            .dividedBy(sum(CLUSTER, ofAMonth(RECORDED.goalTotal)).above(0))
            .onLines(),
        ),
        rule(
          RECORDED.goalRatio,
          sum(TOGETHER, ofAMonth(RECORDED.goalMet))
            .dividedBy(sum(TOGETHER, ofAMonth(RECORDED.goalTotal)).above(0))
            .onLines(),
        ),
      ],
    },
  ];
}

/** Prometheus 3 writes bounds as 14400.0, Prometheus 2 as 14400. */
function completedWithin(goal: string): Series {
  const bound = matches('le', `${inSeconds(goal)}(\\.0)?`);
  return histogramSeries(METRICS.phaseDuration, 'bucket', is('phase', 'total'), is('outcome', 'completed'), bound);
}

function ofAMonth(recorded: Series): Expression {
  return sumOverTime(recorded.range('30d'));
}
