import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { context, logs, metrics, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { instrument } from 'opentelemetry-instrumentation-mesh-rebalance';
import { rebalancePrometheusExporter } from 'opentelemetry-instrumentation-mesh-rebalance/prometheus';

// The classes of this line read no environment variables themselves.
const { OTEL_EXPORTER_OTLP_ENDPOINT: otlp = 'http://localhost:4318', OTEL_EXPORTER_PROMETHEUS_PORT: port = '9464' } =
  process.env;

// Name of the service: traces and log events are found by it.
const service = { 'service.name': 'mesh-controller', 'service.instance.id': randomUUID() };
const resource = defaultResource().merge(resourceFromAttributes(service));

const meterProvider = new MeterProvider({ resource, readers: [rebalancePrometheusExporter({ port: Number(port) })] });
metrics.setGlobalMeterProvider(meterProvider);

const tracerProvider = new TracerProvider({
  resource,
  spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${otlp}/v1/traces` }) })],
});
trace.setGlobalTracerProvider(tracerProvider);
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());

const loggerProvider = new LoggerProvider({
  resource,
  processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter({ url: `${otlp}/v1/logs` }) })],
});
logs.setGlobalLoggerProvider(loggerProvider);

// Your controller in the place of this one.
export const controller = Object.assign(new EventEmitter(), { namespace: 'payments', cluster: 'eu-1' });
export const handle = instrument(controller);

// First your controller ends its work, then what is open is closed, then all of it is sent, whichever receiver is down.
export async function shutdown() {
  handle.disable();
  await Promise.allSettled([meterProvider.shutdown(), tracerProvider.shutdown(), loggerProvider.shutdown()]);
}
process.once('SIGTERM', () => shutdown().then(() => process.exit()));
