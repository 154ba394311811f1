import { randomUUID } from 'node:crypto';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider, type LogRecordProcessor } from '@opentelemetry/sdk-logs';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, NodeTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace-node';
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

/** Get every span and every log event. */
export interface SignalProcessors {
  readonly spanProcessor: SpanProcessor;
  readonly logRecordProcessor: LogRecordProcessor;
}

/** Addresses at which telemetry is served and sent. */
export interface TelemetryOptions {
  readonly metricsPort: number;
  /** The address to listen on. Default: 127.0.0.1. */
  readonly host?: string;
  /** Receiver of traces and logs, over OTLP/HTTP. */
  readonly otlp?: string | undefined;
  /** What gets spans and log events besides. */
  readonly also?: SignalProcessors | undefined;
  /** Default: mesh-demo. */
  readonly service?: string;
  /** How long a new counter is at 0. Default: the instrumentation's. */
  readonly zeroForMillis?: number;
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
  also,
  service = 'mesh-demo',
  zeroForMillis,
}: TelemetryOptions): Promise<Telemetry> {
  const resource = resourceFromAttributes({ 'service.name': service, 'service.instance.id': randomUUID() });
  const meterProvider = new MeterProvider({ resource, readers: [await listeningExporter(host, metricsPort)] });
  const processors = [
    ...(also ? [also] : []),
    ...(otlp === undefined ? [] : [otlpProcessors(otlp.replace(/\/$/, ''))]),
  ];
  const tracing = processors.length === 0 ? undefined : providersOf(processors, resource);
  return {
    url: `http://${host}:${metricsPort}/metrics`,
    instrumented: (controller) => instrument(controller, { meterProvider, zeroForMillis, ...tracing }),
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

function otlpProcessors(url: string): SignalProcessors {
  const exporter = new OTLPLogExporter({ url: `${url}/v1/logs` });
  return {
    spanProcessor: new BatchSpanProcessor(new OTLPTraceExporter({ url: `${url}/v1/traces` })),
    logRecordProcessor: new BatchLogRecordProcessor({ exporter }),
  };
}

function providersOf(all: readonly SignalProcessors[], resource: ReturnType<typeof resourceFromAttributes>) {
  const spanProcessors = all.map(({ spanProcessor }) => spanProcessor);
  const tracerProvider = new NodeTracerProvider({ resource, spanProcessors });
  // With its context manager, whatever a step calls becomes a child of the step's span.
  tracerProvider.register();
  const processors = all.map(({ logRecordProcessor }) => logRecordProcessor);
  return { tracerProvider, loggerProvider: new LoggerProvider({ resource, processors }) };
}
