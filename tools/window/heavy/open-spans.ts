import { ATTR_NODE_ID, ATTR_SHARD_ID, EVENTS, SPANS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import type { StoredEvent, StoredSpan } from './telemetry-store.js';

/** A step as log events tell of it. */
interface ToldStep {
  readonly span: string;
  /** The attribute that tells steps of the kind apart; a plan has one approval at a time. */
  readonly subject: string | undefined;
  readonly begins: boolean;
}

const TOLD: ReadonlyMap<string, ToldStep> = new Map([
  [EVENTS.approvalRequested.name, { span: SPANS.approval.name, subject: undefined, begins: true }],
  [EVENTS.approvalDecided.name, { span: SPANS.approval.name, subject: undefined, begins: false }],
  [EVENTS.drainStarted.name, { span: SPANS.drain.name, subject: ATTR_NODE_ID, begins: true }],
  [EVENTS.drainFinished.name, { span: SPANS.drain.name, subject: ATTR_NODE_ID, begins: false }],
  [EVENTS.moveStarted.name, { span: SPANS.move.name, subject: ATTR_SHARD_ID, begins: true }],
  [EVENTS.moveFinished.name, { span: SPANS.move.name, subject: ATTR_SHARD_ID, begins: false }],
]);

/**
 * Spans with those that are open: no store has a span before its end, and for hours a trace would say nothing of what
 * hangs. That a step has begun is in the log events, with the id that its span will have.
 *
 * @param events of the same traces
 */
export function withOpenSpans(spans: readonly StoredSpan[], events: readonly StoredEvent[]): StoredSpan[] {
  const open = new Map<string, StoredSpan>();
  const roots = new Map(spans.filter(({ parentSpanId }) => !parentSpanId).map((root) => [root.traceId, root]));
  for (const event of events.toSorted((a, b) => a.time - b.time)) {
    const { traceId, spanId, name, time, attributes } = event;
    if (traceId === undefined || spanId === undefined) continue;
    if (name === EVENTS.planFinished.name) {
      for (const [key, span] of open) if (span.traceId === traceId) open.delete(key);
    }
    const step = TOLD.get(name);
    if (step === undefined) continue;
    // By its name: a process that goes on with the step of another gives it a span of its own.
    const key = JSON.stringify([traceId, step.span, step.subject && attributes[step.subject]]);
    if (!step.begins) {
      open.delete(key);
      continue;
    }
    const root = roots.get(traceId);
    open.set(key, {
      traceId,
      spanId,
      ...(root && { parentSpanId: root.spanId }),
      name: step.span,
      service: root?.service ?? '',
      start: time,
      status: 'unset',
      attributes,
      events: [],
      links: [],
    });
  }
  // What has waited for too long is ended without an event.
  const known = new Set(spans.flatMap(({ spanId, links }) => [spanId, ...links.map((link) => link.spanId)]));
  return [...spans, ...[...open.values()].filter(({ spanId }) => !known.has(spanId))];
}
