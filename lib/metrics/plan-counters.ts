import { DECISIONS, type Decision } from '../contract/vocabulary.js';
import { keyAmong } from '../ledger/key-among.js';
import type { Plan } from '../ledger/plan.js';
import { addFailures, type FailureCount } from '../ledger/plan-tally.js';
import type { BoundedLabel } from './bounded-label.js';
import type { ZeroFirstCounter } from './zero-first-counter.js';

/** Reasons of failures that a plan shows by name. */
const MAX_ERROR_TYPES = 3;

/**
 * Makes a counter. It is born now and read as `initial` from then on, unless another process has shown it since `bornAt`:
 * then it is read as 0 for as long as it would have been there.
 */
export type NewCounter = (now: number, initial?: number, bornAt?: number) => ZeroFirstCounter;

/** Decisions on one plan, or on all folded plans. */
export type ApprovalCounters = Readonly<Record<Decision, ZeroFirstCounter>>;

export function newApprovals(
  newCounter: NewCounter,
  now: number,
  initial?: Plan['tally']['decisions'],
  bornAt?: number,
): ApprovalCounters {
  return {
    approved: newCounter(now, initial?.approved, bornAt),
    rejected: newCounter(now, initial?.rejected, bornAt),
    expired: newCounter(now, initial?.expired, bornAt),
  };
}

/** The counters of one plan with series of its own. What happened before it had any is in them from the first. */
export class PlanCounters {
  readonly approvals: ApprovalCounters;
  /** Failed drains and moves by label value. */
  readonly failures = new Map<string, ZeroFirstCounter>();
  /** Undefined until the controller tells bytes. */
  bytesMoved: ZeroFirstCounter | undefined;
  /** True when another process has shown them before this one. */
  readonly hasPast: boolean;
  readonly #newCounter: NewCounter;

  /** @param bornAt since when another process has shown the plan, if one has */
  constructor({ tally }: Plan, errorTypes: BoundedLabel, newCounter: NewCounter, now: number, bornAt?: number) {
    this.#newCounter = newCounter;
    this.hasPast = bornAt !== undefined;
    this.approvals = newApprovals(newCounter, now, tally.decisions, bornAt);
    const sums = new Map<string, FailureCount>();
    for (const [type, counted] of tally.failures) {
      addFailures(sums, keyAmong(sums, errorTypes.valueOf(type), MAX_ERROR_TYPES), counted);
    }
    // These are younger than the plan: another process has shown them since the first that they count.
    const since = (first: number | undefined) => (this.hasPast ? first : undefined);
    for (const [label, sum] of sums) this.failures.set(label, newCounter(now, sum.count, since(sum.since)));
    if (tally.bytes !== undefined) this.bytesMoved = newCounter(now, tally.bytes, since(tally.bytesSince));
  }

  /** @param errorType a value of the label */
  countFailure(errorType: string, now: number): void {
    const label = keyAmong(this.failures, errorType, MAX_ERROR_TYPES);
    let counter = this.failures.get(label);
    if (counter === undefined) {
      counter = this.#newCounter(now);
      this.failures.set(label, counter);
    }
    counter.increment();
  }

  raiseDecisions({ decisions }: Plan['tally']): void {
    for (const decision of DECISIONS) this.approvals[decision].raise(decisions[decision]);
  }

  raiseBytes(to: number, now: number): void {
    this.bytesMoved ??= this.#newCounter(now);
    this.bytesMoved.raise(to);
  }
}
