import { createNoopMeter, metrics, trace } from '@opentelemetry/api';
import type { ClusterMetricProducer } from '../metrics/producer.js';
import type { Guard } from '../otel/guard.js';
import { globalLoggerProvider } from '../otel/logger.js';
import { SCOPE_NAME } from '../otel/scope.js';
import type { ResolvedOptions } from './options.js';

/** True when somebody could see the telemetry of an event: an SDK is registered, or somebody has the producer. */
export function isObserved(options: ResolvedOptions, producer: ClusterMetricProducer, guard: Guard): boolean {
  if (
    options.meterProvider !== undefined ||
    options.tracerProvider !== undefined ||
    options.loggerProvider !== undefined
  ) {
    return true;
  }
  try {
    return producer.active || meterIsRegistered() || tracerIsRegistered() || loggerIsRegistered();
  } catch {
    // Only what somebody has registered can throw; the causes are reported by name, off the path of an ordinary event.
    guard.run('metrics', () => producer.active);
    for (const [what, look] of SIGNALS) guard.run(what, look);
    return true;
  }
}

const SIGNALS = [
  ['metrics', meterIsRegistered],
  ['spans', tracerIsRegistered],
  ['log events', loggerIsRegistered],
] as const;

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
