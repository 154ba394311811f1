import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { metrics } from '@opentelemetry/api';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { instrument } from 'opentelemetry-instrumentation-mesh-rebalance';
import { rebalancePrometheusExporter } from 'opentelemetry-instrumentation-mesh-rebalance/prometheus';

// Name of the service: traces and log events are found by it.
const service = { 'service.name': 'mesh-controller', 'service.instance.id': randomUUID() };
const resource = defaultResource().merge(resourceFromAttributes(service));

const meterProvider = new MeterProvider({ resource, readers: [rebalancePrometheusExporter()] });
metrics.setGlobalMeterProvider(meterProvider);

const tracerProvider = new NodeTracerProvider({
  resource,
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
});
tracerProvider.register();

// This line has no global logger provider: it is handed over.
const loggerProvider = new LoggerProvider({
  resource,
  processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter() })],
});

// Your controller in the place of this one.
export const controller = Object.assign(new EventEmitter(), { namespace: 'payments', cluster: 'eu-1' });
export const handle = instrument(controller, { loggerProvider });

// First your controller ends its work, then what is open is closed, then all of it is sent, whichever receiver is down.
export async function shutdown() {
  handle.disable();
  await Promise.allSettled([meterProvider.shutdown(), tracerProvider.shutdown(), loggerProvider.shutdown()]);
}
process.once('SIGTERM', () => shutdown().then(() => process.exit()));
