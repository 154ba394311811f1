import type { SpanView } from '../server/wire.js';

/** One line of a waterfall. */
export interface Row {
  readonly span: SpanView;
  readonly label: string;
  /** A move of the drain above it. */
  readonly isWithin: boolean;
}

const NODE = 'mesh.node.id';
const SHARD = 'mesh.shard.id';
const SOURCE = 'mesh.rebalance.move.source';
const TARGET = 'mesh.rebalance.move.target';

/** The spans of a plan in the order in which they are read: as they began, and the moves off a node below its drain. */
export function waterfallRows(spans: readonly SpanView[]): Row[] {
  const drains = new Map<unknown, SpanView>();
  for (const span of spans) if (span.name === 'rebalance.drain') drains.set(span.attributes[NODE], span);
  const within = (span: SpanView) => span.name === 'rebalance.move' && drains.has(span.attributes[SOURCE]);
  const moves = spans.filter(within);
  return spans
    .filter((span) => !within(span))
    .flatMap((span) => [
      { span, label: labelOf(span), isWithin: false },
      ...(drains.get(span.attributes[NODE]) === span
        ? moves
            .filter(({ attributes }) => attributes[SOURCE] === span.attributes[NODE])
            .map((move) => ({ span: move, label: labelOf(move), isWithin: true }))
        : []),
    ]);
}

function labelOf({ name, attributes }: SpanView): string {
  if (name === 'rebalance.drain') return `drain ${attributes[NODE]}`;
  if (name === 'rebalance.move') return `${attributes[SHARD]} → ${attributes[TARGET] ?? '?'}`;
  return name.replace(/^rebalance\./, '').replace('.', ' ');
}
