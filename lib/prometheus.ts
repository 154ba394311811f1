import cluster from 'node:cluster';
import { type ExporterConfig, PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import type { RebalanceExporterConfig } from './exposition/config.js';
import { RebalanceExporter } from './exposition/exporter.js';
import { rebalanceMetricProducer } from './instrument/registry.js';
import type { RebalanceMetricProducer } from './metrics/producer.js';
import { Diagnostics } from './otel/diagnostics.js';

/** Every option of the exporter; an undefined one is as good as none. */
type ExporterOptions = { [O in keyof RebalanceExporterConfig]?: RebalanceExporterConfig[O] | undefined };

/** Options of {@link rebalancePrometheusExporter}. */
export interface RebalancePrometheusExporterConfig extends ExporterOptions {
  /**
   * The producer to collect besides the SDK's own metrics and the `metricProducers`.
   * @default rebalanceMetricProducer()
   */
  rebalanceProducer?: RebalanceMetricProducer | undefined;
}

/**
 * A `PrometheusExporter` that also has the rebalance series, which it writes itself: as OpenTelemetry's serializer does, and
 * as OpenMetrics with the traces of plans to whoever asks for that. It listens on 127.0.0.1 by default, and
 * leaves the scope labels off: they are three quarters of the bytes, and change every series at an upgrade. The port is
 * the one of `config`, of `OTEL_EXPORTER_PROMETHEUS_PORT`, or 9464.
 *
 * An exporter that cannot listen, as when the port is taken, calls `callback` with the error. Without one it is a warning of the
 * process, and so is a worker of `node:cluster` that was given no port, because the workers then share one.
 */
export function rebalancePrometheusExporter(
  config: RebalancePrometheusExporterConfig = {},
  callback?: (error: Error | undefined) => void,
): PrometheusExporter {
  const { rebalanceProducer = rebalanceMetricProducer(), ...rest } = config;
  const given = Object.fromEntries(
    Object.entries(rest).filter(([, value]) => value !== undefined),
  ) as RebalanceExporterConfig;
  // OpenTelemetry JS 3.x reads no environment itself.
  const port = given.port || Number(process.env['OTEL_EXPORTER_PROMETHEUS_PORT']) || undefined;
  const exporterConfig: RebalanceExporterConfig = {
    host: '127.0.0.1',
    withoutScopeInfo: true,
    ...given,
    ...(port !== undefined && { port }),
  };
  if (cluster.isWorker && port === undefined && given.preventServerStart !== true) warnOfSharedPort();
  const started = callback ?? ((error: Error | undefined) => error && warnOfClosedPort(error, exporterConfig));
  return new RebalanceExporter(exporterConfig, rebalanceProducer, started);
}

const { port: DEFAULT_PORT } = PrometheusExporter.DEFAULT_OPTIONS;

function warnOfSharedPort(): void {
  const message =
    'rebalancePrometheusExporter() runs in a worker of node:cluster and was given no port: all workers share port ' +
    `${DEFAULT_PORT}, and a scrape sees one of them, always the same while its connection lasts. Give each worker a ` +
    'port of its own and scrape all of them, or send OTLP with a service.instance.id for each: ' +
    'docs/observability/metrics.md#several-processes';
  new Diagnostics().oncePerProcess('warn', 'shared port', message);
  warnProcess('MESH_REBALANCE_SHARED_PORT', message);
}

/** The exporter itself has reported it to `diag`. */
function warnOfClosedPort(error: Error, { host, port = DEFAULT_PORT }: ExporterConfig): void {
  const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  warnProcess(
    'MESH_REBALANCE_NOT_LISTENING',
    `rebalancePrometheusExporter() does not listen on ${host}:${port}, and nothing can be scraped there: ` +
      `${error.message}${isTaken ? '. Another process, worker thread or exporter has the port: give { port }' : ''}`,
  );
}

const warned = new Set<string>();

/**
 * Warns once with each text. What leaves an app without metrics must be seen where no diag logger is set, and Node
 * prints a warning of the process unless the app handles it.
 */
function warnProcess(code: string, message: string): void {
  if (warned.has(message)) return;
  warned.add(message);
  process.emitWarning(message, { type: 'MeshRebalanceWarning', code });
}
