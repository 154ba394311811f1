import { createNoopMeter, metrics, trace } from '@opentelemetry/api';
import type { ClusterMetricProducer } from '../metrics/producer.js';
import { globalLoggerProvider } from '../otel/logger.js';
import { SCOPE_NAME } from '../otel/scope.js';
import type { ResolvedOptions } from './options.js';

/** Whether anybody could see what comes of an event: an SDK is registered, or the producer is in somebody's hands. */
export function hasAudience(options: ResolvedOptions, producer: ClusterMetricProducer): boolean {
  return (
    producer.wanted ||
    options.meterProvider !== undefined ||
    options.tracerProvider !== undefined ||
    options.loggerProvider !== undefined ||
    metrics.getMeterProvider().getMeter(SCOPE_NAME) !== createNoopMeter() ||
    tracerIsRegistered() ||
    globalLoggerProvider()?.getLogger(SCOPE_NAME).enabled?.() === true
  );
}

function tracerIsRegistered(): boolean {
  const provider = trace.getTracerProvider();
  // The API's proxy, which has no delegate until an SDK is registered.
  const { getDelegateTracer } = provider as { getDelegateTracer?: (name: string) => unknown };
  return getDelegateTracer === undefined || getDelegateTracer.call(provider, SCOPE_NAME) !== undefined;
}
