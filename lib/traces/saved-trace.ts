import { aBoolean, aCount, aNumber, aText, listOf, maybe, oneOf, type ReadBy, record } from '../intake/schema.js';
import { Plan } from '../ledger/plan.js';
import type { Step } from './step.js';

const SAVED_STEP = record({
  kind: oneOf(['approval', 'drain', 'move']),
  /** Node of a drain, shard of a move. */
  of: maybe(aText),
  startedAt: aNumber,
  seenAt: aNumber,
  /** Id of the span that was open, which log events may name. */
  spanId: aText,
  moves: aCount,
  dropped: aCount,
  /** True when that process has ended and exported the span, or one before it. */
  exported: aBoolean,
});

/** Schema of {@link SavedTrace}. */
export const SAVED_TRACE = record({
  traceparent: aText,
  dropped: aCount,
  steps: listOf(SAVED_STEP),
});

/** The span of a step that was open, as plain data. Times in milliseconds since the Unix epoch. */
export type SavedStep = ReadBy<typeof SAVED_STEP>;
/** A plan's trace, as plain data: as much as another process needs to go on with it. */
export type SavedTrace = ReadBy<typeof SAVED_TRACE>;

/** Name of a step in a journal. */
export function nameOf(step: Step): Pick<SavedStep, 'kind' | 'of'> {
  if (step instanceof Plan) return { kind: 'approval', of: undefined };
  return 'node' in step ? { kind: 'drain', of: step.node } : { kind: 'move', of: step.shard };
}

/** The step of a plan that a journal names, if it is open. */
export function stepOf(plan: Plan, { kind, of = '' }: SavedStep): Step | undefined {
  if (kind === 'approval') return plan.approvalSince === undefined ? undefined : plan;
  if (kind === 'drain') return plan.drains.get(of)?.open ? plan.drains.get(of) : undefined;
  const move = plan.move(of);
  return typeof move === 'object' ? move : undefined;
}
