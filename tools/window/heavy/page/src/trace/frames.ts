import { type DataFrame, FieldType } from '@grafana/data';
import { answerOf } from '../answer';
import type { Target } from '../dashboard';
import type { Context } from '../interpolate';
import type { Span } from './wire';

const TRACE_ID = /^\s*([0-9a-f]{32})\s*$/i;
/** A TraceQL query for the spans of an attribute's value, or of an expression that nothing but a value meets. */
const BY_ATTRIBUTE = /^\s*\{\s*span\.([\w.]+)\s*(?:=\s*"((?:[^"\\]|\\.)*)"|=~\s*`([^`]*)`)\s*\}/;

/** The spans of a trace: a frame that the panel of a trace draws, or rows of a table. */
export async function traceFrames(
  query: string,
  { refId, tableType }: Target,
  { range }: Context,
  signal: AbortSignal,
): Promise<DataFrame[]> {
  if (query.trim() === '') return [];
  const until = range.to.valueOf();
  const traceId = TRACE_ID.exec(query)?.[1];
  const [, attribute, quoted, verbatim] = BY_ATTRIBUTE.exec(query) ?? [];
  if (traceId === undefined && attribute === undefined) throw new Error(`the window does not know the query ${query}`);
  const value = unquoted(quoted ?? verbatim ?? '');
  const path =
    traceId === undefined
      ? `/api/spans?${new URLSearchParams({ attribute: attribute as string, value, until: String(until) })}`
      : `/api/traces/${traceId}?until=${until}`;
  const spans = await answerOf<readonly Span[]>(path, signal);
  if (spans.length === 0) return [];
  return [
    traceId === undefined || tableType === 'spans' ? spanTable(refId, spans, query, until) : spanFrame(refId, spans),
  ];
}

function unquoted(text: string): string {
  return text.replaceAll(/\\(.)/g, '$1');
}

/** Holds the spans as they are. */
function spanFrame(refId: string, spans: readonly Span[]): DataFrame {
  const column = { name: 'span', type: FieldType.other, config: {}, values: [...spans] };
  return { refId, length: spans.length, fields: [column], meta: { preferredVisualisationType: 'trace' } };
}

export function spansOf(frames: readonly DataFrame[]): Span[] {
  return frames.flatMap(({ fields }) => fields.filter(({ name }) => name === 'span').flatMap(({ values }) => values));
}

/** What Tempo answers with the spans of a search: the attributes that the query selects stand beside them. */
function spanTable(refId: string, spans: readonly Span[], query: string, until: number): DataFrame {
  const selected =
    /select\(([^)]*)\)/
      .exec(query)?.[1]
      ?.split(',')
      .map((name) => name.trim()) ?? [];
  const text = (name: string, of: (span: Span) => string, config = {}) => ({
    name,
    type: FieldType.string,
    config,
    values: spans.map(of),
  });
  return {
    refId,
    length: spans.length,
    fields: [
      text('traceIdHidden', ({ traceId }) => traceId, { custom: { hideFrom: { viz: true } } }),
      text('Trace Service', ({ service }) => service),
      text('Span ID', ({ spanId }) => spanId, {
        links: [{ title: 'Open the trace', url: '/trace/${__data.fields.traceIdHidden}' }],
      }),
      { name: 'Start time', type: FieldType.time, config: {}, values: spans.map(({ start }) => start) },
      text('Name', ({ name }) => name),
      ...selected.map((name) =>
        text(name.replace(/^span\./, ''), ({ status, attributes }) =>
          name === 'status' ? status : String(attributes[name.replace(/^span\./, '')] ?? ''),
        ),
      ),
      {
        name: 'Duration',
        type: FieldType.number,
        config: { unit: 'ms' },
        values: spans.map(({ start, end = until }) => end - start),
      },
    ],
  };
}
