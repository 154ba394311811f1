/** A span as the window's server gives it. Times are milliseconds since the Unix epoch. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly service: string;
  readonly start: number;
  readonly end: number;
  readonly status: 'unset' | 'ok' | 'error';
  readonly statusMessage?: string;
  readonly attributes: Attributes;
  readonly events: readonly { readonly time: number; readonly name: string; readonly attributes: Attributes }[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string; readonly attributes: Attributes }[];
}

export type Attributes = Readonly<Record<string, unknown>>;

/** A log event. */
export interface LogEvent {
  readonly time: number;
  readonly severity: string;
  readonly name: string;
  readonly body: string;
  readonly attributes: Attributes;
  readonly traceId?: string;
  readonly spanId?: string;
}

/** A span in its place below those that it is part of. */
export interface Row {
  readonly span: Span;
  readonly depth: number;
}

/** Spans with their children below them, each family by its start; a span whose parent is not there stands at the top. */
export function rowsOf(spans: readonly Span[]): Row[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const children = Map.groupBy(
    [...spans].sort((a, b) => a.start - b.start || b.end - a.end),
    ({ parentSpanId }) => (parentSpanId !== undefined && ids.has(parentSpanId) ? parentSpanId : ''),
  );
  const below = (id: string, depth: number): Row[] =>
    (children.get(id) ?? []).flatMap((span) => [{ span, depth }, ...below(span.spanId, depth + 1)]);
  return below('', 0);
}
