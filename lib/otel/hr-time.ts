import type { HrTime } from '@opentelemetry/api';

/**
 * A time as OpenTelemetry's SDKs take it without guessing. They read a bare number below the start of the process as
 * `performance.now()`, and a resumed plan began before this process did.
 *
 * @param ms milliseconds since the Unix epoch
 */
export function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
}

/**
 * The end of a span that began at `startedAt`, both in milliseconds since the Unix epoch. It is later than the start also
 * where the clock was set back, because Jaeger notes a negative duration on a span that is over when it starts.
 *
 * @param shortest nanoseconds that the span lasts at least
 */
export function endTime(startedAt: number, endedAt: number, shortest: number): HrTime {
  if (endedAt > startedAt) return hrTime(endedAt);
  const [seconds, nanoseconds] = hrTime(startedAt);
  return [seconds, nanoseconds + shortest];
}
