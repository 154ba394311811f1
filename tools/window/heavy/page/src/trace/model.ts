import type { Span } from './wire';

/** A span in its place below those that it is part of. */
export interface Row {
  readonly span: Span;
  readonly depth: number;
}

/** One that is open lasts longest. */
function endOf({ end = Number.POSITIVE_INFINITY }: Span): number {
  return end;
}

/** Spans with their children below them, each family by its start; a span whose parent is not there stands at the top. */
export function rowsOf(spans: readonly Span[]): Row[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const children = Map.groupBy(
    [...spans].sort((a, b) => a.start - b.start || endOf(b) - endOf(a)),
    ({ parentSpanId }) => (parentSpanId !== undefined && ids.has(parentSpanId) ? parentSpanId : ''),
  );
  const below = (id: string, depth: number): Row[] =>
    (children.get(id) ?? []).flatMap((span) => [{ span, depth }, ...below(span.spanId, depth + 1)]);
  return below('', 0);
}
