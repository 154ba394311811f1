import { DECISIONS, type Decision, OTHER } from '../contract/vocabulary.js';
import type { Plan } from '../ledger/plan.js';
import type { BoundedLabel } from './bounded-label.js';
import { recordOf } from './record-of.js';
import type { ZeroFirstCounter } from './zero-first-counter.js';

/** Reasons of failures that a plan shows by name. */
const MAX_ERROR_TYPES = 3;

/** Makes a counter that is born now. */
export type NewCounter = (now: number, initial?: number) => ZeroFirstCounter;

/** Decisions on one plan, or on all folded plans. */
export type ApprovalCounters = Readonly<Record<Decision, ZeroFirstCounter>>;

export function newApprovals(
  newCounter: NewCounter,
  now: number,
  initial?: Plan['tally']['decisions'],
): ApprovalCounters {
  return recordOf(DECISIONS, (decision) => newCounter(now, initial?.[decision]));
}

/** The counters of one plan with series of its own. What happened before it had any is in them from the first. */
export class PlanCounters {
  readonly approvals: ApprovalCounters;
  /** Failed drains and moves by label value. */
  readonly failures = new Map<string, ZeroFirstCounter>();
  /** Undefined until the controller tells bytes. */
  bytesMoved: ZeroFirstCounter | undefined;
  readonly #newCounter: NewCounter;

  constructor({ tally }: Plan, errorTypes: BoundedLabel, newCounter: NewCounter, now: number) {
    this.#newCounter = newCounter;
    this.approvals = newApprovals(newCounter, now, tally.decisions);
    for (const [type, count] of tally.failures) {
      const label = this.#labelOf(errorTypes.valueOf(type));
      const before = this.failures.get(label)?.read(Number.NEGATIVE_INFINITY) ?? 0;
      this.failures.set(label, newCounter(now, before + count));
    }
    if (tally.bytes !== undefined) this.bytesMoved = newCounter(now, tally.bytes);
  }

  /** @param errorType a value of the label */
  countFailure(errorType: string, now: number): void {
    const label = this.#labelOf(errorType);
    let counter = this.failures.get(label);
    if (counter === undefined) {
      counter = this.#newCounter(now);
      this.failures.set(label, counter);
    }
    counter.increment();
  }

  raiseBytes(to: number, now: number): void {
    this.bytesMoved ??= this.#newCounter(now);
    this.bytesMoved.raise(to);
  }

  #labelOf(errorType: string): string {
    if (this.failures.has(errorType)) return errorType;
    const named = this.failures.size - (this.failures.has(OTHER) ? 1 : 0);
    return named < MAX_ERROR_TYPES ? errorType : OTHER;
  }
}
