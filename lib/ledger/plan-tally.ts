import { type Decision, OTHER } from '../contract/vocabulary.js';
import { aCount, aText, listOf, maybe, pairOf, type ReadBy, record } from '../intake/schema.js';
import { keyAmong } from './key-among.js';
import type { Drain, Ending } from './step.js';

/** Reasons of failures that are kept apart. */
const MAX_FAILURES = 3;

/** Schema of {@link PlanTally} as plain data. */
export const SAVED_TALLY = record({
  decisions: record({ approved: aCount, rejected: aCount, expired: aCount }),
  failures: listOf(pairOf(aText, aCount)),
  moveBytes: maybe(aCount),
  drainBytes: maybe(aCount),
});
type SavedTally = ReadBy<typeof SAVED_TALLY>;

/** What the decisions and steps of a plan add up to. */
export class PlanTally {
  readonly decisions: Record<Decision, number> = { approved: 0, rejected: 0, expired: 0 };
  /** Failed drains and moves by reason: the first few, and the rest together. */
  readonly failures = new Map<string, number>();
  /** Bytes that the moves have told. */
  moveBytes: number | undefined;
  /** Bytes that the drains have told, which are the same ones. */
  drainBytes: number | undefined;

  /** The tally as plain data. */
  save(): SavedTally {
    const { decisions, failures, moveBytes, drainBytes } = this;
    return { decisions, failures: [...failures], moveBytes, drainBytes };
  }

  load({ decisions, failures, moveBytes, drainBytes }: SavedTally): void {
    Object.assign(this.decisions, decisions);
    for (const [type, count] of failures) this.failures.set(type, count);
    this.moveBytes = moveBytes;
    this.drainBytes = drainBytes;
  }

  /** Bytes moved, where the controller tells them; of moves or of drains, whichever shows more. */
  get bytes(): number | undefined {
    if (this.moveBytes === undefined || this.drainBytes === undefined) return this.moveBytes ?? this.drainBytes;
    return Math.max(this.moveBytes, this.drainBytes);
  }

  countEnd({ outcome, failure }: Ending): void {
    if (outcome !== 'failed') return;
    const key = keyAmong(this.failures, failure?.type ?? OTHER, MAX_FAILURES);
    this.failures.set(key, (this.failures.get(key) ?? 0) + 1);
  }

  countMove(bytes: number): void {
    this.moveBytes = (this.moveBytes ?? 0) + bytes;
  }

  /** Takes the bytes that a drain has moved so far, which never get fewer. */
  countDrain(drain: Drain, bytes: number): void {
    const before = drain.bytes ?? 0;
    drain.bytes = Math.max(before, bytes);
    this.drainBytes = (this.drainBytes ?? 0) + drain.bytes - before;
  }
}
