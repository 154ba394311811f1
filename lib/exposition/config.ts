import type { ExporterConfig } from '@opentelemetry/exporter-prometheus';

/** Options of the exporter. */
export interface RebalanceExporterConfig extends ExporterConfig {
  /** Names that a request may be sent to, without the port. */
  allowedHosts?: readonly string[];
  /** Adds a series to each counter and histogram that tells when it began, in OpenMetrics text. */
  withCreatedTimestamps?: boolean;
}
