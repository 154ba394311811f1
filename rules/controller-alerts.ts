import { FOLDED, METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { type AlertDefinition, LIST, labelText, WHERE } from './alert.js';
import { secondsOf } from './duration.js';
import { CLUSTER, lastly, PLAN } from './selectors.js';
import type { ThresholdValues } from './thresholds.js';

const ON_CLUSTER = { labels: ['namespace', 'cluster'], dashboard: 'mesh-rebalance-oncall', command: LIST } as const;

/** Alerts on the controller itself. */
export function controllerAlerts(values: ThresholdValues): AlertDefinition[] {
  const heartbeat = METRICS.heartbeat.name;
  const controllerState = `${METRICS.state.name}{plan_id=""`;
  return [
    {
      ...ON_CLUSTER,
      name: 'ControllerHeartbeatMissing',
      severity: 'critical',
      // The series of a process that has died is gone at once; its last value is what tells how long ago.
      expr: `time() - max by (${CLUSTER}) (last_over_time(${heartbeat}[${values.rememberedFor}])) > ${secondsOf(values.heartbeatTimeout)}`,
      for: values.heartbeatConfirm,
      summary: 'A rebalance controller has stopped: its control loop gives no heartbeat.',
      description: `The controller of ${WHERE} gave its last heartbeat {{ $value | humanizeDuration }} ago; ${values.heartbeatTimeout} is the limit. Nothing approves, drains or moves.`,
    },
    {
      ...ON_CLUSTER,
      name: 'MetricsAbsent',
      severity: 'critical',
      expr: `group by (${CLUSTER}) (last_over_time(${controllerState},state="steady"}[${values.rememberedFor}]))
unless on (${CLUSTER})
group by (${CLUSTER}) (${controllerState},state="steady"})`,
      for: values.absentConfirm,
      summary: 'A rebalance controller that was there within the last day exports no metrics.',
      description: `Nothing has been exported for ${WHERE} for more than ${values.absentConfirm}, though it was there within ${values.rememberedFor}: nobody can see its plans, and no other alert on it can fire.`,
    },
    {
      ...ON_CLUSTER,
      name: 'StateInconsistent',
      severity: 'warning',
      expr: `sum by (${CLUSTER}) (max by (${CLUSTER}, state) (${controllerState}})) != 1`,
      for: values.inconsistentConfirm,
      summary: 'A cluster shows no controller state, or more than one: two controllers may be at work.',
      description: `The controllers of ${WHERE} show {{ $value }} states at once instead of one.`,
    },
    {
      ...ON_CLUSTER,
      name: 'StateBudgetExceeded',
      severity: 'warning',
      labels: [...ON_CLUSTER.labels, 'plan_id', 'state'],
      expr: `max by (${PLAN}, state) (${lastly(`${METRICS.state.name}{plan_id!="${FOLDED}",state="investigating"}`, values)}) == 1
or
max by (${CLUSTER}, state) (${lastly(`${controllerState},state="failed"}`, values)}) == 1`,
      for: values.stateBudget,
      summary: 'A rebalance plan or its controller stays in a state that should pass.',
      description: `{{ with $labels.plan_id }}Plan {{ . }}{{ else }}The controller{{ end }} of ${WHERE} has been ${labelText('state')} for more than ${values.stateBudget}.`,
    },
    {
      ...ON_CLUSTER,
      name: 'GuardrailTripping',
      severity: 'info',
      labels: [...ON_CLUSTER.labels, 'guardrail'],
      expr: `round(sum by (${CLUSTER}, guardrail) (increase(${METRICS.guardrailTrips.name}[${values.guardrailWindow}]))) >= ${values.guardrailTrips}`,
      for: values.guardrailConfirm,
      summary: 'A guardrail holds a rebalance controller back.',
      description: `Guardrail ${labelText('guardrail')} has held the controller of ${WHERE} back {{ $value }} times within ${values.guardrailWindow}.`,
    },
    {
      ...ON_CLUSTER,
      name: 'Paused',
      severity: 'info',
      expr: `max by (${CLUSTER}) (${lastly(METRICS.paused.name, values)}) == 1`,
      for: values.pausedNotice,
      summary: 'A rebalance controller has been paused for long.',
      description: `The controller of ${WHERE} has been paused for more than ${values.pausedNotice}; nothing moves until it is resumed.`,
    },
    {
      ...ON_CLUSTER,
      name: 'TelemetryInvalid',
      severity: 'warning',
      labels: [...ON_CLUSTER.labels, 'reason'],
      expr: `round(sum by (${CLUSTER}, reason) (increase(${METRICS.invalidEvents.name}[${values.invalidWindow}]))) > 0`,
      for: values.invalidConfirm,
      summary: 'A rebalance controller tells what cannot be understood.',
      description: `{{ $value }} events of the controller of ${WHERE} were refused or mended within ${values.invalidWindow} (${labelText('reason')}): what the metrics show may be incomplete.`,
    },
    {
      ...ON_CLUSTER,
      name: 'ClockSkew',
      severity: 'warning',
      expr: `max by (${CLUSTER}) (${lastly(heartbeat, values)}) - time() > ${secondsOf(values.clockSkew)}`,
      for: values.clockConfirm,
      summary: "A rebalance controller's clock is ahead of Prometheus'.",
      description: `The last heartbeat of the controller of ${WHERE} lies {{ $value | humanizeDuration }} in the future: ages are wrong by as much, and a dead loop is noticed later.`,
    },
  ];
}
