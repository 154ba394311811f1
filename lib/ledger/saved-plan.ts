import { APPROVAL_MODES, DECISIONS, OUTCOMES, STATES, UNKNOWN } from '../contract/vocabulary.js';
import { aBoolean, aCount, aNumber, anId, aText, listOf, maybe, oneOf, type ReadBy, record } from '../intake/schema.js';
import { SAVED_HOLDS } from './holds.js';
import { SAVED_TIMER } from './overlap-timer.js';
import { SAVED_PACE } from './pace.js';
import { SAVED_SHARDS } from './plan-shards.js';
import { SAVED_TALLY } from './plan-tally.js';
import { SAVED_PROGRESS } from './progress.js';

const SAVED_DRAIN = record({
  node: anId,
  ordinal: aCount,
  shards: aCount,
  remaining: aCount,
  bytes: maybe(aCount),
  startedAt: maybe(aNumber),
  open: aBoolean,
  isLost: aBoolean,
  moving: aCount,
  idleSince: maybe(aNumber),
  progress: SAVED_PROGRESS,
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
  hasBegun: aBoolean,
  releasedAt: maybe(aNumber),
  ending: maybe(SAVED_ENDING),
  endedAt: maybe(aNumber),
  retireAt: aNumber,
  approvalSince: maybe(aNumber),
  decision: maybe(oneOf(DECISIONS)),
  drains: listOf(SAVED_DRAIN),
  steps: aCount,
  shards: SAVED_SHARDS,
  tally: SAVED_TALLY,
  progress: SAVED_PROGRESS,
  pace: SAVED_PACE,
  bytes: maybe(aCount),
  holds: SAVED_HOLDS,
  approvalTime: SAVED_TIMER,
  drainTime: SAVED_TIMER,
  moveTime: SAVED_TIMER,
});

/** A plan as plain data, from which it can be made again. Times in milliseconds since the Unix epoch. */
export type SavedPlan = ReadBy<typeof SAVED_PLAN>;
