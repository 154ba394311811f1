import { METRICS, OTHER } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { type AlertDefinition, atLeastFor, labelText, ON_CLUSTER, ROLES } from './alert-definition.js';
import { moment, SINCE_VALUE, text } from './alert-text.js';
import { inSeconds } from './duration.js';
import type { Known } from './known.js';
import {
  abs,
  clampMin,
  count,
  type Expression,
  group,
  increase,
  is,
  isNot,
  lastOverTime,
  max,
  on,
  round,
  series,
  sum,
  TOGETHER,
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
export function controllerAlerts(values: ThresholdValues, known: Known): AlertDefinition[] {
  const { heartbeatTimeout } = values;
  const timeout = inSeconds(heartbeatTimeout);
  const clock = series(METRICS.clock);
  const leading = max(CLUSTER, lastValue(series(METRICS.leading), values));
  return [
    // The last heartbeat of a cluster's leader, of one that has died too, is older than `heartbeatTimeout`.
    {
      ...ON_CLUSTER,
      name: 'MeshRebalanceControllerHeartbeatMissing',
      for: values.heartbeatConfirm,
      summary: 'A rebalance controller has stopped. Reads and writes go on, but no failing node is drained: act now.',
      since: SINCE_VALUE,
      acts: ROLES.onCall,
      severities: {
        critical: {
          // Where nobody lives, how long ago is not asked: by a clock that was ahead it was in the future.
          expr: leaderBeatAge(heartbeatTimeout)
            .or(clampMin(rememberedBeatAge(known.heartbeat), timeout).unless(on(CLUSTER), beatAges(heartbeatTimeout)))
            .atLeast(timeout)
            .unless(on(CLUSTER), decommissioned(values, known.decommissioned, known.clock)),
          reason: `Its control loop has given no heartbeat for longer than ${values.heartbeatTimeout}. Nothing approves, drains or moves.`,
        },
      },
    },
    // A controller without heartbeats that exported something within `rememberedFor` exports nothing now.
    {
      ...ON_CLUSTER,
      name: 'MeshRebalanceMetricsAbsent',
      for: values.absentConfirm,
      summary:
        'Nothing is known of a rebalance controller that was there within the last day. Reads and writes go on, but it may have stopped: act now.',
      since: text`Last seen ${moment(max(TOGETHER, lastOverTime(clock.range(values.rememberedFor))), CLUSTER)}.`,
      acts: ROLES.onCall,
      severities: {
        critical: {
          expr: group(CLUSTER, known.clock)
            .unless(on(CLUSTER), group(CLUSTER, clock))
            .unless(on(CLUSTER), group(CLUSTER, known.heartbeat))
            .unless(on(CLUSTER), decommissioned(values, known.decommissioned, known.clock)),
          reason: `Nothing has been exported for more than ${values.absentConfirm}: nobody can see its plans, and no other alert on it can fire.`,
        },
      },
    },
    // Every process of a cluster says that it does not lead.
    {
      ...ON_CLUSTER,
      name: 'MeshRebalanceNoLeader',
      for: values.heartbeatConfirm,
      summary:
        'A cluster has standby controllers and no leader. Reads and writes go on, but no failing node is drained: act now.',
      since: text`No leader since ${moment(lastLeader(values), CLUSTER, { otherwise: 'long ago' })}.`,
      acts: ROLES.onCall,
      severities: {
        critical: {
          expr: leading
            .equals(0)
            .unless(on(CLUSTER), lastValue(LEADERS, values))
            .unless(on(CLUSTER), decommissioned(values, known.decommissioned, lastValue(clock, values))),
          reason: 'Its controllers are all on standby: nothing approves, drains or moves.',
        },
      },
    },
    // More than one process of a cluster leads it.
    {
      ...ON_CLUSTER,
      name: 'MeshRebalanceStateInconsistent',
      for: values.inconsistentConfirm,
      summary:
        'A cluster has more than one leading controller. Reads and writes go on; look within working hours, at once if plans are at work.',
      since: atLeastFor(values.inconsistentConfirm),
      acts: ROLES.controllerTeam,
      severities: {
        warning: {
          expr: count(CLUSTER, LEADERS).above(1),
          reason: '{{ $value }} controllers lead at once: each may drain and move what the other does not know of.',
        },
      },
    },
    // A plan or its controller is still investigating, or its controller is still failed.
    {
      ...ON_CLUSTER,
      name: 'MeshRebalanceStateBudgetExceeded',
      for: values.stateBudget,
      labels: [...ON_CLUSTER.labels, 'plan_id', 'state'],
      summary: 'A rebalance plan or its controller stays in a state that should pass. It can wait for working hours.',
      since: atLeastFor(values.stateBudget),
      acts: ROLES.controllerTeam,
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
          reason: `{{ with $labels.plan_id }}Plan {{ . }}{{ else }}The controller{{ end }} has been ${labelText('state')} for more than ${values.stateBudget}.`,
        },
      },
    },
    // A controller says that it is paused.
    {
      ...ON_CLUSTER,
      name: 'MeshRebalancePaused',
      for: values.pausedNotice,
      summary: 'A rebalance controller has been paused for long. It can wait for working hours.',
      since: atLeastFor(values.pausedNotice),
      acts: ROLES.pauser,
      severities: {
        info: {
          expr: max(CLUSTER, lastValue(series(METRICS.paused), values)).equals(1),
          reason: 'Nothing moves until it is resumed.',
        },
      },
    },
    // The package has refused or changed an event within `invalidWindow`.
    {
      ...ON_CLUSTER,
      name: 'MeshRebalanceTelemetryInvalid',
      for: values.invalidConfirm,
      labels: [...ON_CLUSTER.labels, 'reason'],
      summary: 'A rebalance controller tells what cannot be understood. It can wait for working hours.',
      since: atLeastFor(values.invalidConfirm),
      acts: ROLES.controllerTeam,
      severities: {
        warning: {
          expr: round(
            sum([...CLUSTER, 'reason'], increase(series(METRICS.invalidEvents).range(values.invalidWindow))),
          ).above(0),
          reason: `{{ $value }} events of its controller were refused or mended within ${values.invalidWindow} (${labelText('reason')}): what the metrics show may be incomplete.`,
        },
      },
    },
    // The clock of a controller is ahead of Prometheus' or behind it by more than `clockSkew`.
    {
      ...ON_CLUSTER,
      name: 'MeshRebalanceClockSkew',
      for: values.clockConfirm,
      summary: "A rebalance controller's clock is wrong, or Prometheus' is. It can wait for working hours.",
      since: atLeastFor(values.clockConfirm),
      acts: ROLES.controllerTeam,
      severities: {
        warning: {
          expr: max(
            CLUSTER,
            abs(lastOverTime(timestamp(clock).minus(clock).subquery(values.restartTolerance, '1m'))),
          ).above(inSeconds(values.clockSkew)),
          reason: `The clock of its controller and that of Prometheus are {{ $value | humanizeDuration }} apart. Alerts reckon with it where Prometheus or a gateway is scraped; times on dashboards and in logs are wrong by as much. Over OTLP and remote write samples carry the controller's own time: Prometheus refuses them or looks for them in the wrong place, and this alert cannot see it.`,
        },
      },
    },
  ];
}

/** When a cluster was last seen to have a leader. */
function lastLeader({ rememberedFor }: ThresholdValues): Expression {
  return max(TOGETHER, lastOverTime(timestamp(LEADERS).subquery(rememberedFor, '1m')));
}
