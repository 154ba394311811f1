import { bareOpenTelemetry } from './bare-opentelemetry.js';
import { barePromClient } from './bare-prom-client.js';
import { bareSpans } from './bare-spans.js';
import type { Attach } from './contestant.js';
import {
  withEverything,
  withMetrics,
  withMetricsAndTraces,
  withoutSdk,
  withRedactingFunction,
  withRedaction,
} from './instrumented.js';
import { uninstrumented } from './uninstrumented.js';

export const CONTESTANTS = {
  'no instrumentation': uninstrumented,
  'bare OpenTelemetry': bareOpenTelemetry,
  'bare prom-client': barePromClient,
  'bare spans': bareSpans,
  'ours, metrics': withMetrics,
  'ours, no SDK': withoutSdk,
  'ours, metrics and traces': withMetricsAndTraces,
  'ours, log events too': withEverything,
  'ours, redacted': withRedaction,
  'ours, redacted by a function': withRedactingFunction,
} as const satisfies Record<string, Attach>;
export type ContestantName = keyof typeof CONTESTANTS;
