import type { Attributes, HrTime } from '@opentelemetry/api';
import type { LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-node';
import { ATTR_CLUSTER, ATTR_NAMESPACE, ATTR_PLAN_ID } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { selected } from '../heavy/selected.js';
import type { EventStore, StoredSpan, TraceStore } from '../heavy/telemetry-store.js';
import type { PlanName } from '../server/sources.js';
import type { LogEventView, SpanView } from '../server/wire.js';

const MAX_PLANS = 100;
const MAX_SPANS_OF_A_PLAN = 2_000;
const MAX_EVENTS = 5_000;
/** Events in one answer. */
const SHOWN_EVENTS = 200;
/** By SpanStatusCode. */
const STATUSES = ['unset', 'ok', 'error'] as const;

/**
 * The spans and the log events of a process of late, in its memory. A span is there from its start on: the processor is
 * given the span itself, which says later whether it has ended.
 */
export class RecentSignals {
  /** The spans of each plan, the plan that began last at the end. */
  readonly #spans = new Map<string, ReadableSpan[]>();
  readonly #events: LogEventView[] = [];

  readonly spanProcessor: SpanProcessor = {
    onStart: (span) => this.#keep(span as unknown as ReadableSpan),
    onEnd: () => {},
    forceFlush: async () => {},
    shutdown: async () => {},
  };

  readonly logRecordProcessor: LogRecordProcessor = {
    onEmit: ({ attributes, body, eventName, hrTime, severityText, spanContext }) => {
      const named = attributes as Attributes;
      this.#events.push({
        time: millis(hrTime),
        name: eventName ?? '',
        severity: severityText === 'WARN' ? 'WARN' : 'INFO',
        body: String(body),
        namespace: String(named[ATTR_NAMESPACE]),
        cluster: String(named[ATTR_CLUSTER]),
        planId: named[ATTR_PLAN_ID] as string | undefined,
        traceId: spanContext?.traceId,
        spanId: spanContext?.spanId,
        attributes: shown(named),
      });
      if (this.#events.length > MAX_EVENTS) this.#events.shift();
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  };

  /** The spans of a plan, the earliest first. */
  spans({ namespace, cluster, id }: PlanName): SpanView[] {
    return (this.#spans.get(keyOf(namespace, cluster, id)) ?? []).map(spanView).sort((a, b) => a.start - b.start);
  }

  /** The latest log events, of a plan or of all; newest first. */
  events(plan?: PlanName): LogEventView[] {
    const found: LogEventView[] = [];
    for (let index = this.#events.length - 1; index >= 0 && found.length < SHOWN_EVENTS; index -= 1) {
      const event = this.#events[index] as LogEventView;
      if (plan === undefined || isOf(event, plan)) found.push(event);
    }
    return found;
  }

  /** The spans that have ended, as the dashboards ask for them. */
  readonly traceStore: TraceStore = {
    trace: async (traceId) => this.#ended((span) => span.spanContext().traceId === traceId),
    spans: async (attribute, value) => this.#ended(({ attributes }) => attributes[attribute] === value),
  };

  /** The log events, as the dashboards ask for them. */
  readonly eventStore: EventStore = {
    events: async (query) => selected(this.#events, query),
  };

  #ended(isWanted: (span: ReadableSpan) => boolean): StoredSpan[] {
    const all = [...this.#spans.values()].flat();
    return all.filter((span) => span.ended && isWanted(span)).map(storedSpan);
  }

  #keep(span: ReadableSpan): void {
    const { [ATTR_NAMESPACE]: namespace, [ATTR_CLUSTER]: cluster, [ATTR_PLAN_ID]: id } = span.attributes;
    if (id === undefined) return;
    const key = keyOf(namespace, cluster, id);
    const known = this.#spans.get(key);
    if (known === undefined) this.#spans.set(key, [span]);
    else if (known.length < MAX_SPANS_OF_A_PLAN) known.push(span);
    const [oldest] = this.#spans.keys();
    if (this.#spans.size > MAX_PLANS && oldest !== undefined) this.#spans.delete(oldest);
  }
}

function keyOf(...names: unknown[]): string {
  return JSON.stringify(names);
}

function isOf({ namespace, cluster, planId }: LogEventView, plan: PlanName): boolean {
  return planId === plan.id && namespace === plan.namespace && cluster === plan.cluster;
}

function spanView(span: ReadableSpan): SpanView {
  const { traceId, spanId } = span.spanContext();
  return {
    traceId,
    spanId,
    parentSpanId: span.parentSpanContext?.spanId,
    name: span.name,
    start: millis(span.startTime),
    end: span.ended ? millis(span.endTime) : undefined,
    // SpanStatusCode.ERROR
    failed: span.status.code === 2,
    attributes: shown(span.attributes),
    events: span.events.map(({ name, time }) => ({ name, time: millis(time) })),
    links: span.links.map(({ context }) => ({ traceId: context.traceId, spanId: context.spanId })),
  };
}

function storedSpan(span: ReadableSpan): StoredSpan {
  const { traceId, spanId } = span.spanContext();
  return {
    traceId,
    spanId,
    ...(span.parentSpanContext && { parentSpanId: span.parentSpanContext.spanId }),
    name: span.name,
    service: String(span.resource.attributes['service.name']),
    start: millis(span.startTime),
    end: millis(span.endTime),
    status: STATUSES[span.status.code],
    ...(span.status.message && { statusMessage: span.status.message }),
    attributes: shown(span.attributes),
    events: span.events.map(({ name, time, attributes = {} }) => ({ name, time: millis(time), attributes })),
    links: span.links.map(({ context, attributes = {} }) => ({
      traceId: context.traceId,
      spanId: context.spanId,
      attributes,
    })),
  };
}

function shown(attributes: Attributes): SpanView['attributes'] {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value != null)) as SpanView['attributes'];
}

function millis([seconds, nanos]: HrTime): number {
  return seconds * 1_000 + nanos / 1_000_000;
}
