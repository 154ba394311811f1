import { METRICS, OTHER } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { type AlertDefinition, CLUSTER_TEXT, labelText, ON_CLUSTER } from './alert-definition.js';
import { inSeconds } from './duration.js';
import { group, increase, is, isNot, lastOverTime, max, on, round, series, sum, time } from './promql/index.js';
import { CLUSTER, lastValue, NO_PLAN, PLAN } from './selectors.js';
import type { ThresholdValues } from './thresholds.js';

/** Alerts on the controller itself. */
export function controllerAlerts(values: ThresholdValues): AlertDefinition[] {
  const heartbeat = series(METRICS.heartbeat);
  const steady = series(METRICS.state, NO_PLAN, is('state', 'steady'));
  return [
    // The last heartbeat of a controller, of one that has died too, is older than `heartbeatTimeout`.
    {
      ...ON_CLUSTER,
      name: 'MeshRebalanceControllerHeartbeatMissing',
      for: values.heartbeatConfirm,
      summary: 'A rebalance controller has stopped: its control loop gives no heartbeat.',
      severities: {
        critical: {
          // The series of a process that has died is gone at once; its last value still has the time.
          expr: time()
            .minus(max(CLUSTER, lastOverTime(heartbeat.range(values.rememberedFor))))
            .above(inSeconds(values.heartbeatTimeout)),
          description: `The controller of ${CLUSTER_TEXT} gave its last heartbeat {{ $value | humanizeDuration }} ago; ${values.heartbeatTimeout} is the limit. Nothing approves, drains or moves.`,
        },
      },
    },
    // A controller that exported something within `rememberedFor` exports nothing now.
    {
      ...ON_CLUSTER,
      name: 'MeshRebalanceMetricsAbsent',
      for: values.absentConfirm,
      summary: 'A rebalance controller that was there within the last day exports no metrics.',
      severities: {
        critical: {
          expr: group(CLUSTER, lastOverTime(steady.range(values.rememberedFor))).unless(
            on(CLUSTER),
            group(CLUSTER, steady),
          ),
          description: `Nothing has been exported for ${CLUSTER_TEXT} for more than ${values.absentConfirm}, though it was there within ${values.rememberedFor}: nobody can see its plans, and no other alert on it can fire.`,
        },
      },
    },
    // The controllers of a cluster show no state together, or more than one.
    {
      ...ON_CLUSTER,
      name: 'MeshRebalanceStateInconsistent',
      for: values.inconsistentConfirm,
      summary: 'A cluster shows no controller state, or more than one: two controllers may be at work.',
      severities: {
        warning: {
          expr: sum(CLUSTER, max([...CLUSTER, 'state'], series(METRICS.state, NO_PLAN))).differsFrom(1),
          description: `The controllers of ${CLUSTER_TEXT} show {{ $value }} states at once instead of one.`,
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
    // One guardrail has tripped `guardrailTrips` times or more within `guardrailWindow`.
    {
      ...ON_CLUSTER,
      name: 'MeshRebalanceGuardrailTripping',
      for: values.guardrailConfirm,
      labels: [...ON_CLUSTER.labels, 'guardrail'],
      summary: 'A guardrail holds a rebalance controller back.',
      severities: {
        info: {
          expr: round(
            sum([...CLUSTER, 'guardrail'], increase(series(METRICS.guardrailTrips).range(values.guardrailWindow))),
          ).atLeast(values.guardrailTrips),
          description: `Guardrail ${labelText('guardrail')} has held the controller of ${CLUSTER_TEXT} back {{ $value }} times within ${values.guardrailWindow}.`,
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
    // The last heartbeat of a controller lies further in the future than `clockSkew`.
    {
      ...ON_CLUSTER,
      name: 'MeshRebalanceClockSkew',
      for: values.clockConfirm,
      summary: "A rebalance controller's clock is ahead of Prometheus'.",
      severities: {
        warning: {
          expr: max(CLUSTER, lastValue(heartbeat, values)).minus(time()).above(inSeconds(values.clockSkew)),
          description: `The last heartbeat of the controller of ${CLUSTER_TEXT} lies {{ $value | humanizeDuration }} in the future: ages are wrong by as much, and a dead loop is noticed later.`,
        },
      },
    },
  ];
}
