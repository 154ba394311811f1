import { createNoopMeter, metrics, trace } from '@opentelemetry/api';
import type { ClusterMetricProducer } from '../metrics/producer.js';
import type { Diagnostics } from '../otel/diagnostics.js';
import { globalLoggerProvider } from '../otel/logger.js';
import { SCOPE_NAME } from '../otel/scope.js';
import type { ResolvedOptions } from './options.js';

/** Whether anybody could see what comes of an event: an SDK is registered, or the producer is in somebody's hands. */
export function hasAudience(
  options: ResolvedOptions,
  producer: ClusterMetricProducer,
  diagnostics: Diagnostics,
): boolean {
  return (
    producer.wanted ||
    options.meterProvider !== undefined ||
    options.tracerProvider !== undefined ||
    options.loggerProvider !== undefined ||
    isRegistered('metrics', meterIsRegistered, diagnostics) ||
    isRegistered('spans', tracerIsRegistered, diagnostics) ||
    isRegistered('log events', loggerIsRegistered, diagnostics)
  );
}

/** Only what somebody has registered can throw. */
function isRegistered(what: string, look: () => boolean, diagnostics: Diagnostics): boolean {
  try {
    return look();
  } catch (error) {
    diagnostics.failed(what, error);
    return true;
  }
}

function meterIsRegistered(): boolean {
  return metrics.getMeterProvider().getMeter(SCOPE_NAME) !== createNoopMeter();
}

function tracerIsRegistered(): boolean {
  const provider = trace.getTracerProvider();
  // The API's proxy, which has no delegate until an SDK is registered.
  const { getDelegateTracer } = provider as { getDelegateTracer?: (name: string) => unknown };
  return getDelegateTracer === undefined || getDelegateTracer.call(provider, SCOPE_NAME) !== undefined;
}

function loggerIsRegistered(): boolean {
  return globalLoggerProvider()?.getLogger(SCOPE_NAME).enabled?.() === true;
}
