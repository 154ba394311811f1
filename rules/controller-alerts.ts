import { METRICS, OTHER } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { type AlertDefinition, CLUSTER_TEXT, labelText, ON_CLUSTER } from './alert-definition.js';
import { inSeconds } from './duration.js';
import {
  abs,
  clampMin,
  count,
  group,
  increase,
  is,
  isNot,
  lastOverTime,
  max,
  on,
  round,
  type Series,
  series,
  sum,
  timestamp,
} from './promql/index.js';
import {
  beatAges,
  CLUSTER,
  decommissioned,
  LEADERS,
  lastValue,
  leaderBeatAge,
  NO_PLAN,
  PLAN,
  rememberedBeatAge,
} from './selectors.js';
import type { ThresholdValues } from './thresholds.js';

/** Alerts on the controller itself. */
export function controllerAlerts(values: ThresholdValues): AlertDefinition[] {
  const { heartbeatTimeout } = values;
  const timeout = inSeconds(heartbeatTimeout);
  const clock = series(METRICS.clock);
  const remembered = (of: Series) => group(CLUSTER, lastOverTime(of.range(values.rememberedFor)));
  const leading = max(CLUSTER, lastValue(series(METRICS.leading), values));
  return [
    // The last heartbeat of a cluster's leader, of one that has died too, is older than `heartbeatTimeout`.
    {
      ...ON_CLUSTER,
      name: 'MeshRebalanceControllerHeartbeatMissing',
      for: values.heartbeatConfirm,
      summary: 'A rebalance controller has stopped: its control loop gives no heartbeat.',
      severities: {
        critical: {
          // Where nobody lives, how long ago is not asked: by a clock that was ahead it was in the future.
          expr: leaderBeatAge(heartbeatTimeout)
            .or(clampMin(rememberedBeatAge(values), timeout).unless(on(CLUSTER), beatAges(heartbeatTimeout)))
            .atLeast(timeout)
            .unless(on(CLUSTER), decommissioned(values)),
          description: `The controller of ${CLUSTER_TEXT} gave its last heartbeat {{ $value | humanizeDuration }} ago; ${values.heartbeatTimeout} is the limit. Nothing approves, drains or moves.`,
        },
      },
    },
    // A controller without heartbeats that exported something within `rememberedFor` exports nothing now.
    {
      ...ON_CLUSTER,
      name: 'MeshRebalanceMetricsAbsent',
      for: values.absentConfirm,
      summary: 'A rebalance controller that was there within the last day exports no metrics.',
      severities: {
        critical: {
          expr: remembered(clock)
            .unless(on(CLUSTER), group(CLUSTER, clock))
            .unless(on(CLUSTER), remembered(series(METRICS.heartbeat)))
            .unless(on(CLUSTER), decommissioned(values)),
          description: `Nothing has been exported for ${CLUSTER_TEXT} for more than ${values.absentConfirm}, though it was there within ${values.rememberedFor}: nobody can see its plans, and no other alert on it can fire.`,
        },
      },
    },
    // Every process of a cluster says that it does not lead.
    {
      ...ON_CLUSTER,
      name: 'MeshRebalanceNoLeader',
      for: values.heartbeatConfirm,
      summary: 'A cluster has standby controllers and no leader.',
      severities: {
        critical: {
          expr: leading
            .equals(0)
            .unless(on(CLUSTER), lastValue(LEADERS, values))
            .unless(on(CLUSTER), remembered(series(METRICS.decommissioned))),
          description: `The controllers of ${CLUSTER_TEXT} are all on standby: nothing approves, drains or moves.`,
        },
      },
    },
    // More than one process of a cluster leads it.
    {
      ...ON_CLUSTER,
      name: 'MeshRebalanceStateInconsistent',
      for: values.inconsistentConfirm,
      summary: 'A cluster has more than one leading controller.',
      severities: {
        warning: {
          expr: count(CLUSTER, LEADERS).above(1),
          description: `{{ $value }} controllers of ${CLUSTER_TEXT} lead at once: each may drain and move what the other does not know of.`,
        },
      },
    },
    // A plan or its controller is still investigating, or its controller is still failed.
    {
      ...ON_CLUSTER,
      name: 'MeshRebalanceStateBudgetExceeded',
      for: values.stateBudget,
      labels: [...ON_CLUSTER.labels, 'plan_id', 'state'],
      summary: 'A rebalance plan or its controller stays in a state that should pass.',
      severities: {
        warning: {
          expr: max(
            [...PLAN, 'state'],
            lastValue(series(METRICS.state, isNot('plan_id', OTHER), is('state', 'investigating')), values),
          )
            .equals(1)
            .or(
              max(
                [...CLUSTER, 'state'],
                lastValue(series(METRICS.state, NO_PLAN, is('state', 'failed')), values),
              ).equals(1),
            ),
          description: `{{ with $labels.plan_id }}Plan {{ . }}{{ else }}The controller{{ end }} of ${CLUSTER_TEXT} has been ${labelText('state')} for more than ${values.stateBudget}.`,
        },
      },
    },
    // A controller says that it is paused.
    {
      ...ON_CLUSTER,
      name: 'MeshRebalancePaused',
      for: values.pausedNotice,
      summary: 'A rebalance controller has been paused for long.',
      severities: {
        info: {
          expr: max(CLUSTER, lastValue(series(METRICS.paused), values)).equals(1),
          description: `The controller of ${CLUSTER_TEXT} has been paused for more than ${values.pausedNotice}; nothing moves until it is resumed.`,
        },
      },
    },
    // The package has refused or changed an event within `invalidWindow`.
    {
      ...ON_CLUSTER,
      name: 'MeshRebalanceTelemetryInvalid',
      for: values.invalidConfirm,
      labels: [...ON_CLUSTER.labels, 'reason'],
      summary: 'A rebalance controller tells what cannot be understood.',
      severities: {
        warning: {
          expr: round(
            sum([...CLUSTER, 'reason'], increase(series(METRICS.invalidEvents).range(values.invalidWindow))),
          ).above(0),
          description: `{{ $value }} events of the controller of ${CLUSTER_TEXT} were refused or mended within ${values.invalidWindow} (${labelText('reason')}): what the metrics show may be incomplete.`,
        },
      },
    },
    // The clock of a controller is ahead of Prometheus' or behind it by more than `clockSkew`.
    {
      ...ON_CLUSTER,
      name: 'MeshRebalanceClockSkew',
      for: values.clockConfirm,
      summary: "A rebalance controller's clock is wrong, or Prometheus' is.",
      severities: {
        warning: {
          expr: max(
            CLUSTER,
            abs(lastOverTime(timestamp(clock).minus(clock).subquery(values.restartTolerance, '1m'))),
          ).above(inSeconds(values.clockSkew)),
          description: `The clock of the controller of ${CLUSTER_TEXT} and that of Prometheus are {{ $value | humanizeDuration }} apart. Alerts reckon with it where Prometheus or a gateway is scraped; times on dashboards and in logs are wrong by as much. Over OTLP and remote write samples carry the controller's own time: Prometheus refuses them or looks for them in the wrong place, and this alert cannot see it.`,
        },
      },
    },
  ];
}
