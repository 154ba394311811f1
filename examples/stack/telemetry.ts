import { randomUUID } from 'node:crypto';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import {
  instrument,
  type RebalanceController,
  type RebalanceHandle,
} from 'opentelemetry-instrumentation-mesh-rebalance';
import { rebalancePrometheusExporter } from 'opentelemetry-instrumentation-mesh-rebalance/prometheus';

/** Telemetry of the demo. */
export interface Telemetry {
  /** Address that a Prometheus scrapes. */
  readonly url: string;
  readonly instrumented: (controller: RebalanceController) => RebalanceHandle;
  close(): Promise<void>;
}

/** Addresses at which telemetry is served and sent. */
export interface TelemetryOptions {
  readonly metricsPort: number;
  /** The address to listen on. Default: 127.0.0.1. */
  readonly host?: string;
  /** Receiver of traces and logs, over OTLP/HTTP. */
  readonly otlp?: string | undefined;
  /** Default: mesh-demo. */
  readonly service?: string;
}

/**
 * Serves the metrics, and sends traces and logs where somebody takes them.
 *
 * @throws Error when the port is taken
 */
export async function startTelemetry({
  metricsPort,
  host = '127.0.0.1',
  otlp,
  service = 'mesh-demo',
}: TelemetryOptions): Promise<Telemetry> {
  const resource = resourceFromAttributes({ 'service.name': service, 'service.instance.id': randomUUID() });
  const meterProvider = new MeterProvider({ resource, readers: [await listeningExporter(host, metricsPort)] });
  const tracing = otlp === undefined ? undefined : otlpProviders(otlp.replace(/\/$/, ''), resource);
  return {
    url: `http://${host}:${metricsPort}/metrics`,
    instrumented: (controller) => instrument(controller, { meterProvider, ...tracing }),
    async close() {
      // A receiver that is gone must not keep the demo from ending.
      await Promise.allSettled([
        meterProvider.shutdown(),
        tracing?.tracerProvider.shutdown(),
        tracing?.loggerProvider.shutdown(),
      ]);
    },
  };
}

function listeningExporter(host: string, port: number) {
  return new Promise<ReturnType<typeof rebalancePrometheusExporter>>((resolve, reject) => {
    const exporter = rebalancePrometheusExporter({ host, port }, (error) => {
      if (error) reject(error);
      else resolve(exporter);
    });
  });
}

function otlpProviders(url: string, resource: ReturnType<typeof resourceFromAttributes>) {
  const tracerProvider = new NodeTracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: `${url}/v1/traces` }))],
  });
  // With its context manager, whatever a step calls becomes a child of the step's span.
  tracerProvider.register();
  const exporter = new OTLPLogExporter({ url: `${url}/v1/logs` });
  const loggerProvider = new LoggerProvider({ resource, processors: [new BatchLogRecordProcessor({ exporter })] });
  return { tracerProvider, loggerProvider };
}
