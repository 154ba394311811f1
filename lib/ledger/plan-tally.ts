import { type Decision, OTHER } from '../contract/vocabulary.js';
import { aCount, aNumber, aText, listOf, maybe, pairOf, type ReadBy, record } from '../intake/schema.js';
import { keyAmong } from './key-among.js';
import type { Drain, Ending } from './step.js';

/** Reasons of failures that are kept apart. */
const MAX_FAILURES = 3;

/** Failures of one kind. Plain data. */
export interface FailureCount {
  count: number;
  /** When the first of them was heard of, in milliseconds since the Unix epoch. */
  readonly since: number;
}

/** Schema of {@link PlanTally} as plain data. */
export const SAVED_TALLY = record({
  decisions: record({ approved: aCount, rejected: aCount, expired: aCount }),
  failures: listOf(pairOf(aText, record({ count: aCount, since: aNumber }))),
  moveBytes: maybe(aCount),
  drainBytes: maybe(aCount),
  bytesSince: maybe(aNumber),
});
type SavedTally = ReadBy<typeof SAVED_TALLY>;

/** Adds failures of a kind to others that have the same name. */
export function addFailures(sums: Map<string, FailureCount>, type: string, { count, since }: FailureCount): void {
  const same = sums.get(type) ?? { count: 0, since };
  sums.set(type, { count: same.count + count, since: Math.min(same.since, since) });
}

/** What the decisions and steps of a plan add up to. */
export class PlanTally {
  readonly decisions: Record<Decision, number> = { approved: 0, rejected: 0, expired: 0 };
  /** Failed drains and moves by reason: the first few, and the rest together. */
  readonly failures = new Map<string, FailureCount>();
  /** Bytes that the moves have told. */
  moveBytes: number | undefined;
  /** Bytes that the drains have told, which are the same ones. */
  drainBytes: number | undefined;
  /** When the first bytes were heard of, in milliseconds since the Unix epoch. */
  bytesSince: number | undefined;

  /** The tally as plain data. */
  save(): SavedTally {
    const { decisions, failures, moveBytes, drainBytes, bytesSince } = this;
    return { decisions, failures: [...failures], moveBytes, drainBytes, bytesSince };
  }

  load({ decisions, failures, moveBytes, drainBytes, bytesSince }: SavedTally): void {
    Object.assign(this.decisions, decisions);
    for (const [type, counted] of failures) this.failures.set(type, { ...counted });
    this.moveBytes = moveBytes;
    this.drainBytes = drainBytes;
    this.bytesSince = bytesSince;
  }

  /** Bytes moved, where the controller tells them; of moves or of drains, whichever shows more. */
  get bytes(): number | undefined {
    if (this.moveBytes === undefined || this.drainBytes === undefined) return this.moveBytes ?? this.drainBytes;
    return Math.max(this.moveBytes, this.drainBytes);
  }

  /** @param now the time of arrival */
  countEnd({ outcome, failure }: Ending, now: number): void {
    if (outcome !== 'failed') return;
    const key = keyAmong(this.failures, failure?.type ?? OTHER, MAX_FAILURES);
    const counted = this.failures.get(key);
    if (counted === undefined) this.failures.set(key, { count: 1, since: now });
    else counted.count += 1;
  }

  /** @param now the time of arrival */
  countMove(bytes: number, now: number): void {
    this.bytesSince ??= now;
    this.moveBytes = (this.moveBytes ?? 0) + bytes;
  }

  /** Takes the bytes that a drain has moved so far, which never get fewer. @param now the time of arrival */
  countDrain(drain: Drain, bytes: number, now: number): void {
    this.bytesSince ??= now;
    const before = drain.bytes ?? 0;
    drain.bytes = Math.max(before, bytes);
    this.drainBytes = (this.drainBytes ?? 0) + drain.bytes - before;
  }
}
