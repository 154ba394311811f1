import { ATTR_CLUSTER, ATTR_NAMESPACE, ATTR_PLAN_ID } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import type { PlanName, WindowSources } from '../server/sources.js';
import type { LogEventView, SpanView } from '../server/wire.js';
import { withOpenSpans } from './open-spans.js';
import type { EventFilter, EventStore, StoredEvent, StoredSpan, TraceStore } from './telemetry-store.js';

/** Events in one answer. */
const SHOWN_EVENTS = 200;
const ALWAYS = { from: 0, to: Number.MAX_SAFE_INTEGER };

/** The trace and the log events of a plan, from where they are stored. */
export function storedSources(
  traces: TraceStore,
  events: EventStore,
): Required<Pick<WindowSources, 'trace' | 'events'>> {
  return {
    trace: async (plan) => {
      const [spans, told] = await Promise.all([
        traces.spans(ATTR_PLAN_ID, plan.id),
        events.events({ ...ALWAYS, filters: filtersOf(plan) }),
      ]);
      const own = spans.filter((span) => isOf(span, plan));
      return withOpenSpans(own, told).map(spanView);
    },
    events: async (plan) => {
      const query = { ...ALWAYS, filters: plan ? filtersOf(plan) : [], limit: SHOWN_EVENTS };
      return (await events.events(query)).map(eventView);
    },
  };
}

function isOf({ attributes }: StoredSpan, { namespace, cluster }: PlanName): boolean {
  return attributes[ATTR_NAMESPACE] === namespace && attributes[ATTR_CLUSTER] === cluster;
}

function filtersOf({ namespace, cluster, id }: PlanName): EventFilter[] {
  const wanted = [
    [ATTR_NAMESPACE, namespace],
    [ATTR_CLUSTER, cluster],
    [ATTR_PLAN_ID, id],
  ] as const;
  return wanted.map(([name, value]) => ({ name: name.replaceAll('.', '_'), operator: '=', value }));
}

function spanView({ status, parentSpanId, end, attributes, ...span }: StoredSpan): SpanView {
  return { ...span, parentSpanId, end, failed: status === 'error', attributes: attributes as SpanView['attributes'] };
}

function eventView({ severity, attributes, traceId, spanId, ...event }: StoredEvent): LogEventView {
  return {
    ...event,
    severity: severity === 'WARN' ? 'WARN' : 'INFO',
    namespace: String(attributes[ATTR_NAMESPACE]),
    cluster: String(attributes[ATTR_CLUSTER]),
    planId: attributes[ATTR_PLAN_ID] as string | undefined,
    traceId,
    spanId,
    attributes: attributes as LogEventView['attributes'],
  };
}
