import { type HrTime, type Span, SpanStatusCode } from '@opentelemetry/api';
import type { Ending } from '../ledger/step.js';
import { endTime } from '../otel/hr-time.js';
import { ATTR_ERROR_TYPE, ATTR_OUTCOME } from './definitions.js';
import { errorTypeOf } from './step-attributes.js';

/** Length of an instant in nanoseconds. A child that is no longer than its parent is suspected of another clock by Jaeger. */
const SHORTEST_ANCHOR = 1;
const SHORTEST_STEP = 1_000;

/** Ends the span of an instant. Times here are in milliseconds since the Unix epoch. */
export function endAnchor(span: Span, at: number): void {
  span.end(endTime(at, at, SHORTEST_ANCHOR));
}

/** @param ending undefined for an approval, which has a decision instead */
export function end(span: Span, ending: Ending | undefined, startedAt: number, endedAt: number): void {
  const at = endTime(startedAt, endedAt, SHORTEST_STEP);
  if (ending !== undefined) tellOf(ending, span, at);
  span.end(at);
}

/** Ends the span of what was never seen to end. */
export function abandon(span: Span, startedAt: number, endedAt: number, errorType: string): void {
  span.setAttribute(ATTR_ERROR_TYPE, errorType);
  span.setStatus({ code: SpanStatusCode.ERROR, message: errorType });
  span.end(endTime(startedAt, endedAt, SHORTEST_STEP));
}

function tellOf(ending: Ending, span: Span, at: HrTime): void {
  span.setAttribute(ATTR_OUTCOME, ending.outcome);
  const type = errorTypeOf(ending);
  if (type === undefined) return;
  const { message, stack } = ending.failure ?? {};
  span.setAttribute(ATTR_ERROR_TYPE, type);
  span.setStatus({ code: SpanStatusCode.ERROR, message: message ?? type });
  span.recordException({ name: type, message: message ?? type, ...(stack !== undefined && { stack }) }, at);
}
