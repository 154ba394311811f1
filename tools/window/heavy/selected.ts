import type { EventFilter, EventQuery, StoredEvent } from './telemetry-store.js';

/** The events that are asked for, the newest first. */
export function selected(
  events: readonly StoredEvent[],
  { from, to, filters, traceId, limit }: EventQuery,
): readonly StoredEvent[] {
  const tests = filters.map(testOf);
  return (
    events
      .filter((event) => event.time >= from && event.time <= to && tests.every((test) => test(event)))
      .filter((event) => traceId === undefined || event.traceId === traceId)
      // Of the same moment, the one that came last is the newest.
      .reverse()
      .sort((a, b) => b.time - a.time)
      .slice(0, limit)
  );
}

function testOf({ name, operator, value }: EventFilter): (event: StoredEvent) => boolean {
  // As in Loki, an expression is about the whole value.
  const pattern = operator === '=~' ? new RegExp(`^(?:${value})$`, 's') : undefined;
  return ({ attributes }) => {
    const [, found = ''] = Object.entries(attributes).find(([key]) => key.replaceAll(/\W/g, '_') === name) ?? [];
    const text = String(found);
    if (pattern !== undefined) return pattern.test(text);
    return operator === '=' ? text === value : text !== value;
  };
}
