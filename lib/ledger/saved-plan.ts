import { APPROVAL_MODES, OUTCOMES, STATES, UNKNOWN } from '../contract/vocabulary.js';
import { aBoolean, aCount, aNumber, anId, aText, listOf, maybe, oneOf, type ReadBy, record } from '../intake/schema.js';
import { SAVED_TIMER } from './overlap-timer.js';

const SAVED_DRAIN = record({
  node: anId,
  ordinal: aCount,
  shards: aCount,
  remaining: aCount,
  bytes: maybe(aCount),
  startedAt: maybe(aNumber),
  open: aBoolean,
  isLost: maybe(aBoolean),
});

const SAVED_MOVE = record({
  shard: anId,
  ordinal: aCount,
  source: maybe(anId),
  target: maybe(anId),
  startedAt: maybe(aNumber),
});

const SAVED_ENDING = record({
  outcome: oneOf(OUTCOMES),
  failure: maybe(record({ type: maybe(aText), message: maybe(aText) })),
});

/** Schema of {@link SavedPlan}. */
export const SAVED_PLAN = record({
  id: anId,
  seenLate: aBoolean,
  createdAt: aNumber,
  trigger: aText,
  approvalMode: oneOf([...APPROVAL_MODES, UNKNOWN] as const),
  requestedBy: maybe(aText),
  changeTicket: maybe(aText),
  nodes: maybe(listOf(anId)),
  state: oneOf(STATES),
  stateSince: aNumber,
  stateReported: aBoolean,
  ending: maybe(SAVED_ENDING),
  endedAt: maybe(aNumber),
  retireAt: aNumber,
  approvalSince: maybe(aNumber),
  decisions: record({ approved: aCount, rejected: aCount, expired: aCount }),
  drains: listOf(SAVED_DRAIN),
  /** Moves under way. */
  moves: listOf(SAVED_MOVE),
  /** Shards whose last move has completed, and those whose last move has not: the latest of them. */
  moved: listOf(anId),
  unmoved: listOf(anId),
  movedUnseen: aCount,
  reportedShards: aCount,
  steps: aCount,
  approvalTime: SAVED_TIMER,
  drainTime: SAVED_TIMER,
  moveTime: SAVED_TIMER,
});

/** A plan as plain data, from which it can be made again. Times in milliseconds since the Unix epoch. */
export type SavedPlan = ReadBy<typeof SAVED_PLAN>;

/** Shards at rest that a saved plan remembers by name. */
export const MAX_SAVED_SHARDS = 1_000;
