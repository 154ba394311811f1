/** Names of the Collector's own metrics that rules read, as it exports them with the settings of `collector/`. */
export const COLLECTOR_METRICS = {
  /** Spans, points and records that a receiver did not take, by `receiver`. */
  refused: [
    'otelcol_receiver_refused_spans_total',
    'otelcol_receiver_refused_metric_points_total',
    'otelcol_receiver_refused_log_records_total',
  ],
  /** What an exporter gave up, by `exporter`. */
  sendFailed: [
    'otelcol_exporter_send_failed_spans_total',
    'otelcol_exporter_send_failed_metric_points_total',
    'otelcol_exporter_send_failed_log_records_total',
  ],
  /** What found no room in a queue, by `exporter`. */
  enqueueFailed: [
    'otelcol_exporter_enqueue_failed_spans_total',
    'otelcol_exporter_enqueue_failed_metric_points_total',
    'otelcol_exporter_enqueue_failed_log_records_total',
  ],
  queueSize: 'otelcol_exporter_queue_size',
  queueCapacity: 'otelcol_exporter_queue_capacity',
} as const;
