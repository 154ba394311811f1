import { aCount, aNumber, aText, listOf, maybe, oneOf, type ReadBy, record } from '../intake/schema.js';

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
