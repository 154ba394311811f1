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
 * The end of a span that began at `startedAt`, both in milliseconds since the Unix epoch. It is a nanosecond later at
 * least, also where the clock was set back: Jaeger marks a span that ends when it starts as one of negative duration.
 */
export function endTime(startedAt: number, endedAt: number): HrTime {
  if (endedAt > startedAt) return hrTime(endedAt);
  const [seconds, nanoseconds] = hrTime(startedAt);
  return [seconds, nanoseconds + 1];
}
