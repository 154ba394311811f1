import { METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { type AlertDefinition, LIST, labelText, shellWord, WHERE } from './alert.js';
import { COLLECTOR_METRICS } from './collector-metrics.js';
import { CLUSTER } from './selectors.js';
import type { ThresholdValues } from './thresholds.js';

const TARGET = 'job, instance';
const THE_TARGET = `${labelText('instance')} (job ${labelText('job')})`;
const ON_TARGET = {
  labels: ['job', 'instance'],
  dashboard: 'mesh-rebalance-oncall',
  command: `curl -s http://${shellWord('instance')}/metrics`,
} as const;

/** Metrics of ordinary SDK instruments, which can overflow. */
const OF_METERS = [
  METRICS.moves.name,
  METRICS.plansFinished.name,
  METRICS.invalidEvents.name,
  `${METRICS.phaseDuration.name}_count`,
];

/** Alerts on the way from the controller to Prometheus: scrape, exporter, Collector. */
export function deliveryAlerts(values: ThresholdValues): AlertDefinition[] {
  const { refused, sendFailed, enqueueFailed, queueSize, queueCapacity } = COLLECTOR_METRICS;
  // Each above 0 by itself: what comes first in an `or` hides the rest.
  const rates = (names: readonly string[], labels: string) =>
    names.map((name) => `sum by (${TARGET}, ${labels}) (rate(${name}[5m])) > 0`).join('\nor\n');
  return [
    {
      name: 'ScrapeFailing',
      severity: 'warning',
      labels: ['namespace', 'cluster', 'job', 'instance'],
      dashboard: 'mesh-rebalance-oncall',
      command: LIST,
      expr: `group by (${CLUSTER}, ${TARGET}) (last_over_time(${METRICS.paused.name}[${values.rememberedFor}]))
and on (${TARGET}) (up == 0)`,
      for: values.scrapeConfirm,
      summary: 'Prometheus cannot scrape a rebalance controller.',
      description: `Scrapes of ${THE_TARGET}, which exported ${WHERE}, fail.`,
    },
    {
      ...ON_TARGET,
      name: 'LabelsRenamed',
      severity: 'warning',
      expr: `group by (${TARGET}) (${METRICS.paused.name}{exported_namespace!=""} or ${METRICS.paused.name}{exported_cluster!=""})`,
      for: values.scrapeConfirm,
      summary: "Prometheus renames a rebalance controller's labels: honor_labels is missing.",
      description: `What ${THE_TARGET} exports has the namespace or cluster of the scrape target and not of the mesh: every rule and dashboard looks in the wrong place.`,
    },
    {
      ...ON_TARGET,
      name: 'SeriesOverflow',
      severity: 'warning',
      expr: `group by (${TARGET}) (
  ${OF_METERS.map((name) => `${name}{otel_metric_overflow="true"}`).join('\n  or\n  ')}
)`,
      for: values.scrapeConfirm,
      summary: 'A process holds more controllers than its OpenTelemetry SDK counts apart.',
      description: `${THE_TARGET} counts what is new under otel_metric_overflow, without namespace and cluster. Raise \`aggregationCardinalityLimit\`.`,
    },
    {
      ...ON_TARGET,
      name: 'CollectorRefusing',
      severity: 'warning',
      labels: [...ON_TARGET.labels, 'receiver'],
      expr: rates(refused, 'receiver'),
      for: values.collectorConfirm,
      summary: 'A Collector refuses telemetry.',
      description: `Receiver ${labelText('receiver')} of ${THE_TARGET} refuses {{ $value | humanize }} items a second, mostly because its memory limit is reached.`,
    },
    {
      ...ON_TARGET,
      name: 'CollectorExportFailing',
      severity: 'warning',
      labels: [...ON_TARGET.labels, 'exporter'],
      expr: rates([...sendFailed, ...enqueueFailed], 'exporter'),
      for: values.collectorConfirm,
      summary: 'A Collector gives up telemetry that it cannot deliver.',
      description: `Exporter ${labelText('exporter')} of ${THE_TARGET} gives up {{ $value | humanize }} items a second: it cannot send them, or its queue is full. What no sender keeps for another try is lost.`,
    },
    {
      ...ON_TARGET,
      name: 'CollectorQueueNearlyFull',
      severity: 'warning',
      labels: [...ON_TARGET.labels, 'exporter'],
      expr: `max by (${TARGET}, exporter) (${queueSize} / ${queueCapacity}) > ${values.queueFull}`,
      for: values.collectorConfirm,
      summary: "A Collector's queue is nearly full: what it sends to does not keep up or is down.",
      description: `The queue of exporter ${labelText('exporter')} of ${THE_TARGET} is {{ $value | humanizePercentage }} full. When it is full, data is lost.`,
    },
  ];
}
