import { sendJson } from '../../../examples/operator/api/call.js';
import { Problem } from '../../../examples/operator/api/problem.js';
import type { WindowRoute } from '../server/route.js';
import { withOpenSpans } from './open-spans.js';
import type { EventFilter, EventStore, StoredSpan, TraceStore } from './telemetry-store.js';

const TRACE = /^\/api\/traces\/([0-9a-f]{32})$/;
const OPERATORS: readonly unknown[] = ['=', '!=', '=~'];
const MOST_EVENTS = 5_000;

/** Answers with spans and log events. */
export function telemetryRoute(traces: TraceStore, events: EventStore): WindowRoute {
  return async ({ path, query, response }) => {
    // In milliseconds since the Unix epoch. A history knows what came after.
    const until = Number(query.get('until') ?? Date.now());
    const ended = (spans: readonly StoredSpan[]) => spans.filter(({ end = until }) => end <= until);
    const [, traceId] = TRACE.exec(path) ?? [];
    if (traceId !== undefined) {
      const asked = { from: 0, to: until, filters: [], traceId };
      const [spans, told] = await Promise.all([traces.trace(traceId), events.events(asked)]);
      sendJson(response, 200, withOpenSpans(ended(spans), told));
      return true;
    }
    if (path.startsWith('/api/traces/')) throw new Problem(404, 'The id of a trace has 32 hexadecimal digits.');
    if (path === '/api/spans') {
      sendJson(response, 200, ended(await traces.spans(required(query, 'attribute'), required(query, 'value'))));
      return true;
    }
    if (path !== '/api/events') return false;
    const [from, to, limit] = ['from', 'to', 'limit'].map((name) => Number(required(query, name))) as [
      number,
      number,
      number,
    ];
    const filters = filtersOf(query.get('filters') ?? '[]');
    sendJson(response, 200, await events.events({ from, to, filters, limit: Math.min(limit, MOST_EVENTS) }));
    return true;
  };
}

function required(query: URLSearchParams, name: string): string {
  const value = query.get(name);
  if (value === null) throw new Problem(400, `The parameter ${name} is missing.`);
  return value;
}

function filtersOf(text: string): EventFilter[] {
  try {
    const filters = JSON.parse(text) as EventFilter[];
    for (const { name, operator, value } of filters) {
      if (typeof name !== 'string' || typeof value !== 'string' || !OPERATORS.includes(operator)) throw new TypeError();
      if (operator === '=~') new RegExp(value);
    }
    return filters;
  } catch {
    throw new Problem(400, 'The filters are no list of { name, operator, value }.');
  }
}
