import { type DataFrame, FieldType } from '@grafana/data';
import { answerOf } from './answer';
import type { Target } from './dashboard';
import type { Context } from './interpolate';
import type { LogEvent } from './trace/wire';

/** A label filter of LogQL, in which Loki writes the dots of an attribute's name as underscores. */
const LABEL_FILTER = /\|\s*(\w+)\s*(=~|!=|=)\s*(?:"((?:[^"\\]|\\.)*)"|`([^`]*)`)/g;

/** The log events of a query, the newest first. */
export async function eventFrame(
  expression: string,
  { refId, maxLines = 1000 }: Target,
  { range }: Context,
  signal: AbortSignal,
): Promise<DataFrame> {
  const filters = [...expression.matchAll(LABEL_FILTER)].map(([, name, operator, quoted = '', verbatim]) => ({
    name,
    operator,
    value: verbatim ?? quoted.replaceAll(/\\(.)/g, '$1'),
  }));
  const parameters = new URLSearchParams({
    from: String(range.from.valueOf()),
    to: String(range.to.valueOf()),
    limit: String(maxLines),
    filters: JSON.stringify(filters),
  });
  const events = await answerOf<LogEvent[]>(`/api/events?${parameters}`, signal);
  return {
    refId,
    length: events.length,
    fields: [
      { name: 'Time', type: FieldType.time, config: {}, values: events.map(({ time }) => time) },
      { name: 'event', type: FieldType.other, config: {}, values: events },
    ],
  };
}
