import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader, type PushMetricExporter } from '@opentelemetry/sdk-metrics';
import {
  createRebalanceMetricProducer,
  type RebalanceMetricProducer,
} from 'opentelemetry-instrumentation-mesh-rebalance';

/** Never by itself: a test says when metrics are exported. */
const NEVER_MS = 2 ** 31 - 1;

/** The SDK's side of a controller process whose metrics one exporter sends. */
export interface PushedMetrics {
  readonly metricProducer: RebalanceMetricProducer;
  readonly reader: PeriodicExportingMetricReader;
  readonly meterProvider: MeterProvider;
}

export function pushedMetrics(exporter: PushMetricExporter, instanceId: string): PushedMetrics {
  const metricProducer = createRebalanceMetricProducer();
  const reader = pushingReader(exporter, metricProducer);
  const meterProvider = new MeterProvider({ resource: processResource(instanceId), readers: [reader] });
  return { metricProducer, reader, meterProvider };
}

/** What gives metrics to an exporter when a test says so. */
export function pushingReader(
  exporter: PushMetricExporter,
  metricProducer: RebalanceMetricProducer,
): PeriodicExportingMetricReader {
  return new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis: NEVER_MS,
    metricProducers: [metricProducer],
  });
}

/** What the process of a controller says of itself. */
export function processResource(instanceId: string, serviceName = 'mesh-controller'): Resource {
  return resourceFromAttributes({ 'service.name': serviceName, 'service.instance.id': instanceId });
}
