import type { ExporterConfig } from '@opentelemetry/exporter-prometheus';

/** Options of the exporter. */
export interface RebalanceExporterConfig extends ExporterConfig {
  /**
   * Names that a request may be sent to, in lower case and without the port. It keeps web pages out that a browser on the
   * same machine has open.
   * @default any
   */
  allowedHosts?: readonly string[];
  /**
   * Adds a series to each counter and histogram of ours that tells when it began, in OpenMetrics text.
   * @default false
   */
  withCreatedTimestamps?: boolean;
}
