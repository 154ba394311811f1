import { DECISIONS, type Decision } from '../contract/vocabulary.js';
import type { Plan } from '../ledger/plan.js';
import { recordOf } from './record-of.js';
import type { ZeroFirstCounter } from './zero-first-counter.js';

/** Decisions on one plan, or on all folded plans. */
export type ApprovalCounters = Readonly<Record<Decision, ZeroFirstCounter>>;

/**
 * Decides which plans have series of their own: at most `limit`. Plans past that are folded into one until a place is
 * free; the oldest of them comes first.
 */
export class ShownPlans {
  readonly #limit: number;
  readonly #newCounter: (now: number) => ZeroFirstCounter;
  readonly #shown = new Map<Plan, ApprovalCounters>();
  readonly #folded = new Set<Plan>();
  #foldedApprovals: ApprovalCounters | undefined;

  constructor(limit: number, newCounter: (now: number) => ZeroFirstCounter) {
    this.#limit = limit;
    this.#newCounter = newCounter;
  }

  /** Plans with series of their own, and the decisions on each. */
  get shown(): ReadonlyMap<Plan, ApprovalCounters> {
    return this.#shown;
  }

  /** Plans without series of their own, oldest first. */
  get folded(): ReadonlySet<Plan> {
    return this.#folded;
  }

  /** Decisions on folded plans since there are any. */
  get foldedApprovals(): ApprovalCounters | undefined {
    return this.#foldedApprovals;
  }

  add(plan: Plan, now: number): void {
    if (this.#shown.size < this.#limit) {
      this.#shown.set(plan, this.#newApprovals(now));
      return;
    }
    this.#foldedApprovals ??= this.#newApprovals(now);
    this.#folded.add(plan);
  }

  delete(plan: Plan, now: number): void {
    this.#shown.delete(plan);
    this.#folded.delete(plan);
    const [next] = this.#folded;
    if (next !== undefined && this.#shown.size < this.#limit) {
      this.#folded.delete(next);
      this.#shown.set(next, this.#newApprovals(now));
    }
    if (this.#folded.size === 0) this.#foldedApprovals = undefined;
  }

  countDecision(plan: Plan, decision: Decision): void {
    (this.#shown.get(plan) ?? this.#foldedApprovals)?.[decision].increment();
  }

  #newApprovals(now: number): ApprovalCounters {
    return recordOf(DECISIONS, () => this.#newCounter(now));
  }
}
