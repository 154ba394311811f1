import { APPROVAL_MODES, DECISIONS, OUTCOMES, STATES, UNKNOWN } from '../contract/vocabulary.js';
import { aBoolean, aCount, aNumber, anId, aText, listOf, maybe, oneOf, type ReadBy, record } from '../intake/schema.js';
import { SAVED_TIMER } from './overlap-timer.js';
import { SAVED_COURSE } from './plan-course.js';
import { SAVED_SHARDS } from './plan-shards.js';
import { SAVED_STEPS } from './plan-steps.js';
import { SAVED_TALLY } from './plan-tally.js';

const SAVED_ENDING = record({
  outcome: oneOf(OUTCOMES),
  failure: maybe(record({ type: maybe(aText), message: maybe(aText) })),
});

/** The fields of a plan that are plain data themselves. */
const SAVED_FACTS = record({
  trigger: aText,
  approvalMode: oneOf([...APPROVAL_MODES, UNKNOWN] as const),
  requestedBy: maybe(aText),
  changeTicket: maybe(aText),
  nodes: maybe(listOf(anId)),
  bytes: maybe(aCount),
  state: oneOf(STATES),
  stateSince: aNumber,
  stateReported: aBoolean,
  decision: maybe(oneOf(DECISIONS)),
  endedAt: maybe(aNumber),
  retireAt: aNumber,
});

/** Schema of {@link SavedPlan}. */
export const SAVED_PLAN = record({
  id: anId,
  createdAt: aNumber,
  openedAt: aNumber,
  seenLate: aBoolean,
  facts: SAVED_FACTS,
  ending: maybe(SAVED_ENDING),
  tally: SAVED_TALLY,
  shards: SAVED_SHARDS,
  course: SAVED_COURSE,
  steps: SAVED_STEPS,
  approvalTime: SAVED_TIMER,
});

/** A plan as plain data, from which it can be made again. Times in milliseconds since the Unix epoch. */
export type SavedPlan = ReadBy<typeof SAVED_PLAN>;
