import type { Decision } from '../contract/vocabulary.js';
import type { Plan } from '../ledger/plan.js';
import type { BoundedLabel } from './bounded-label.js';
import { type ApprovalCounters, type NewCounter, newApprovals, PlanCounters } from './plan-counters.js';

/**
 * Decides which plans have series of their own: at most `limit`. Plans past that are folded into one until a place is
 * free; the oldest of them comes first.
 */
export class ShownPlans {
  readonly #limit: number;
  readonly #errorTypes: BoundedLabel;
  readonly #newCounter: NewCounter;
  readonly #shown = new Map<Plan, PlanCounters>();
  readonly #folded = new Set<Plan>();
  #foldedApprovals: ApprovalCounters | undefined;

  constructor(limit: number, errorTypes: BoundedLabel, newCounter: NewCounter) {
    this.#limit = limit;
    this.#errorTypes = errorTypes;
    this.#newCounter = newCounter;
  }

  /** Plans with series of their own, and the counters of each. */
  get shown(): ReadonlyMap<Plan, PlanCounters> {
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

  /** @param bornAt since when another process has shown the plan, if one has */
  add(plan: Plan, now: number, bornAt?: number): void {
    if (this.#shown.size < this.#limit) {
      this.#shown.set(plan, this.#newCounters(plan, now, bornAt));
      return;
    }
    this.#foldedApprovals ??= newApprovals(this.#newCounter, now);
    this.#folded.add(plan);
  }

  delete(plan: Plan, now: number): void {
    this.#shown.delete(plan);
    this.#folded.delete(plan);
    const [next] = this.#folded;
    if (next !== undefined && this.#shown.size < this.#limit) {
      this.#folded.delete(next);
      this.#shown.set(next, this.#newCounters(next, now));
    }
    if (this.#folded.size === 0) this.#foldedApprovals = undefined;
  }

  /** Shows at once what a snapshot has told: it happened before anybody looked. */
  restore(plan: Plan, now: number): void {
    const counters = this.#shown.get(plan);
    if (counters === undefined) return;
    if (counters.hasPast) counters.raiseDecisions(plan.tally);
    else this.#shown.set(plan, this.#newCounters(plan, now));
  }

  countDecision(plan: Plan, decision: Decision): void {
    (this.#shown.get(plan)?.approvals ?? this.#foldedApprovals)?.[decision].increment();
  }

  #newCounters(plan: Plan, now: number, bornAt?: number): PlanCounters {
    return new PlanCounters(plan, this.#errorTypes, this.#newCounter, now, bornAt);
  }
}
