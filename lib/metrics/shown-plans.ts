import { DECISIONS, type Decision } from '../contract/vocabulary.js';
import type { Plan } from '../ledger/plan.js';
import { recordOf } from './record-of.js';
import type { ZeroFirstCounter } from './zero-first-counter.js';

/** Makes a counter that begins at 0 now, or one that goes on from `value` and began at `bornAt`. */
export type NewCounter = (now: number, past?: { readonly bornAt: number; readonly value: number }) => ZeroFirstCounter;

/** Decisions on one plan, or on all folded plans. */
export type ApprovalCounters = Readonly<Record<Decision, ZeroFirstCounter>>;

/**
 * Decides which plans have series of their own: at most `limit`. Plans past that are folded into one until a place is
 * free; the oldest of them comes first.
 */
export class ShownPlans {
  readonly #limit: number;
  readonly #newCounter: NewCounter;
  readonly #shown = new Map<Plan, ApprovalCounters>();
  readonly #folded = new Set<Plan>();
  #foldedApprovals: ApprovalCounters | undefined;

  constructor(limit: number, newCounter: NewCounter) {
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

  /** Adds a plan on which a process before this one has seen decisions. */
  restore(plan: Plan, now: number): void {
    if (this.#shown.size < this.#limit) {
      const counterOf = (decision: Decision) =>
        this.#newCounter(now, { bornAt: plan.createdAt, value: plan.decisions[decision] });
      this.#shown.set(plan, recordOf(DECISIONS, counterOf));
    } else {
      this.add(plan, now);
    }
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
