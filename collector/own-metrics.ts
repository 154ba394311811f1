/**
 * The Collector's metrics about itself that alerts and dashboards read, by the names that the files of this folder give
 * them: the settings under `service.telemetry.metrics` decide whether a name ends in `_total`.
 *
 * A Prometheus that scrapes them adds `job` and `instance`. A receiver's counters begin at 0 with the first thing that
 * arrives. An exporter's counters of failures come into being with the first failure, already above 0, so that
 * `increase()` misses it.
 *
 * @module
 */

/** A metric of the Collector about itself. */
export interface OwnMetric {
  readonly name: string;
  readonly kind: 'counter' | 'gauge';
  /** What every series has. Of an exporter to one address, counters have `server_address` and `server_port` too. */
  readonly labels: readonly string[];
  readonly description: string;
}

const RECEIVER = ['receiver', 'transport'] as const;
const EXPORTER = ['exporter'] as const;
const QUEUE = ['exporter', 'data_type'] as const;

/** What alerts and dashboards read of a Collector. */
export const OWN_METRICS = {
  refusedSpans: {
    name: 'otelcol_receiver_refused_spans_total',
    kind: 'counter',
    labels: RECEIVER,
    description: 'Spans that a receiver did not take; the sender was told to come again.',
  },
  refusedMetricPoints: {
    name: 'otelcol_receiver_refused_metric_points_total',
    kind: 'counter',
    labels: RECEIVER,
    description: 'Metric points that a receiver did not take; the sender was told to come again.',
  },
  refusedLogRecords: {
    name: 'otelcol_receiver_refused_log_records_total',
    kind: 'counter',
    labels: RECEIVER,
    description: 'Log records that a receiver did not take; the sender was told to come again.',
  },
  sendFailedSpans: {
    name: 'otelcol_exporter_send_failed_spans_total',
    kind: 'counter',
    labels: EXPORTER,
    description: 'Spans that an exporter gave up, after its retries or because the other side refused them for good.',
  },
  sendFailedMetricPoints: {
    name: 'otelcol_exporter_send_failed_metric_points_total',
    kind: 'counter',
    labels: EXPORTER,
    description: 'Metric points that an exporter gave up.',
  },
  sendFailedLogRecords: {
    name: 'otelcol_exporter_send_failed_log_records_total',
    kind: 'counter',
    labels: EXPORTER,
    description: 'Log records that an exporter gave up.',
  },
  enqueueFailedSpans: {
    name: 'otelcol_exporter_enqueue_failed_spans_total',
    kind: 'counter',
    labels: EXPORTER,
    description: 'Spans for which the queue of an exporter had no room.',
  },
  enqueueFailedMetricPoints: {
    name: 'otelcol_exporter_enqueue_failed_metric_points_total',
    kind: 'counter',
    labels: EXPORTER,
    description: 'Metric points for which the queue of an exporter had no room.',
  },
  enqueueFailedLogRecords: {
    name: 'otelcol_exporter_enqueue_failed_log_records_total',
    kind: 'counter',
    labels: EXPORTER,
    description: 'Log records for which the queue of an exporter had no room.',
  },
  queueSize: {
    name: 'otelcol_exporter_queue_size',
    kind: 'gauge',
    labels: QUEUE,
    description: 'What waits in the queue of an exporter, in the unit of its `sizer`: bytes with the files here.',
  },
  queueCapacity: {
    name: 'otelcol_exporter_queue_capacity',
    kind: 'gauge',
    labels: QUEUE,
    description: 'What the queue of an exporter can hold, in the same unit.',
  },
} as const satisfies Record<string, OwnMetric>;
