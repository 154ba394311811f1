import { METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { OWN_METRICS, type OwnMetric } from '../collector/own-metrics.js';
import {
  type AlertDefinition,
  atLeastFor,
  LIST_COMMAND,
  labelText,
  ON_CLUSTER,
  ROLES,
  shellWord,
} from './alert-definition.js';
import type { Known } from './known.js';
import { anyOf, type Expression, group, is, isNot, max, on, otherSeries, rate, series, sum } from './promql/index.js';
import { CLUSTER, decommissioned, TARGET } from './selectors.js';
import type { ThresholdValues } from './thresholds.js';

const THE_TARGET = `${labelText('instance')} (job ${labelText('job')})`;
const ON_TARGET = {
  labels: TARGET,
  subject: `Scrape target ${THE_TARGET}.`,
  acts: ROLES.metricsTeam,
  dashboard: 'mesh-rebalance-oncall',
  command: `curl -s http://${shellWord('instance')}/metrics`,
} as const satisfies Partial<AlertDefinition>;

/** Alerts on the way from the controller to Prometheus: scrape, exporter, Collector. */
export function deliveryAlerts(values: ThresholdValues, known: Known): AlertDefinition[] {
  const overflowing = is('otel_metric_overflow', 'true');
  return [
    // A target that has exported our metrics within `rememberedFor` cannot be scraped.
    {
      name: 'MeshRebalanceScrapeFailing',
      for: values.targetConfirm,
      labels: [...ON_CLUSTER.labels, ...TARGET],
      subject: ON_CLUSTER.subject,
      since: atLeastFor(values.targetConfirm),
      acts: ROLES.metricsTeam,
      dashboard: 'mesh-rebalance-oncall',
      command: LIST_COMMAND,
      summary: 'Prometheus cannot scrape a rebalance controller. It can wait for working hours.',
      severities: {
        warning: {
          expr: group([...CLUSTER, ...TARGET], known.clock)
            .and(on(TARGET), otherSeries('up').equals(0))
            .unless(on(CLUSTER), decommissioned(values, known.decommissioned, known.clock)),
          reason: `Scrapes of ${THE_TARGET}, which exported it, fail.`,
        },
      },
    },
    // Our metrics have labels that only renaming gives.
    {
      ...ON_TARGET,
      name: 'MeshRebalanceLabelsRenamed',
      for: values.scrapeConfirm,
      since: atLeastFor(values.scrapeConfirm),
      summary:
        "Prometheus renames a rebalance controller's labels: honor_labels is missing. It can wait for working hours.",
      severities: {
        warning: {
          expr: group(
            TARGET,
            series(METRICS.paused, isNot('exported_namespace', ''))
              .or(series(METRICS.paused, isNot('exported_cluster', '')))
              .onOneLine(),
          ),
          reason: `What ${THE_TARGET} exports has the namespace or cluster of the scrape target and not of the mesh: every rule and dashboard looks in the wrong place.`,
        },
      },
    },
    // A metric of an ordinary SDK instrument counts under `otel_metric_overflow`.
    {
      ...ON_TARGET,
      name: 'MeshRebalanceSeriesOverflow',
      for: values.scrapeConfirm,
      since: atLeastFor(values.scrapeConfirm),
      summary:
        'A process holds more controllers than its OpenTelemetry SDK counts apart. It can wait for working hours.',
      severities: {
        warning: {
          expr: group(
            TARGET,
            anyOf(
              series(METRICS.moves, overflowing),
              series(METRICS.plansFinished, overflowing),
              series(METRICS.invalidEvents, overflowing),
            ),
          ),
          reason: `${THE_TARGET} counts what is new under otel_metric_overflow, without namespace and cluster. Raise aggregationCardinalityLimit.`,
        },
      },
    },
    // A receiver refuses something.
    {
      ...ON_TARGET,
      name: 'MeshRebalanceCollectorRefusing',
      for: values.collectorConfirm,
      since: atLeastFor(values.collectorConfirm),
      labels: [...TARGET, 'receiver'],
      summary: 'A Collector refuses telemetry. It can wait for working hours.',
      severities: {
        warning: {
          expr: anyRate('receiver', [
            OWN_METRICS.refusedSpans,
            OWN_METRICS.refusedMetricPoints,
            OWN_METRICS.refusedLogRecords,
          ]),
          reason: `Receiver ${labelText('receiver')} of ${THE_TARGET} refuses {{ $value | humanize }} items a second, mostly because its memory limit is reached.`,
        },
      },
    },
    // An exporter with a queue of its own gives something up: without one, whoever sent it is told and tries again.
    {
      ...ON_TARGET,
      name: 'MeshRebalanceCollectorExportFailing',
      for: values.collectorConfirm,
      since: atLeastFor(values.collectorConfirm),
      labels: [...TARGET, 'exporter'],
      summary: 'A Collector loses telemetry that it cannot deliver. It can wait for working hours.',
      severities: {
        warning: {
          expr: anyRate('exporter', [
            OWN_METRICS.sendFailedSpans,
            OWN_METRICS.sendFailedMetricPoints,
            OWN_METRICS.sendFailedLogRecords,
          ]).and(on([...TARGET, 'exporter']), otherSeries(OWN_METRICS.queueCapacity.name)),
          reason: `Exporter ${labelText('exporter')} of ${THE_TARGET} loses {{ $value | humanize }} items a second: it has tried for as long as it may, or they are refused for good.`,
        },
      },
    },
    // A queue is fuller than `queueFull`, or does not take what comes.
    {
      ...ON_TARGET,
      name: 'MeshRebalanceCollectorQueueNearlyFull',
      for: values.collectorConfirm,
      since: atLeastFor(values.collectorConfirm),
      labels: [...TARGET, 'exporter'],
      summary:
        "A Collector's queue is nearly full: what it sends to does not keep up or is down. It can wait for working hours.",
      severities: {
        warning: {
          expr: max(
            [...TARGET, 'exporter'],
            otherSeries(OWN_METRICS.queueSize.name).dividedBy(otherSeries(OWN_METRICS.queueCapacity.name)),
          )
            .above(values.queueFull)
            .or(
              anyRate('exporter', [
                OWN_METRICS.enqueueFailedSpans,
                OWN_METRICS.enqueueFailedMetricPoints,
                OWN_METRICS.enqueueFailedLogRecords,
              ])
                .times(0)
                .plus(1),
            ),
          reason: `The queue of exporter ${labelText('exporter')} of ${THE_TARGET} is {{ $value | humanizePercentage }} full. When it is full, what comes is refused, and lost unless its sender keeps it.`,
        },
      },
    },
  ];
}

/** Rates of a Collector's counters. Each is above 0 by itself, because the first side of an `or` hides the others. */
function anyRate(part: 'receiver' | 'exporter', [first, ...others]: readonly [OwnMetric, ...OwnMetric[]]): Expression {
  const positive = ({ name }: OwnMetric) => sum([...TARGET, part], rate(otherSeries(name).range('5m'))).above(0);
  return anyOf(positive(first), ...others.map(positive));
}
