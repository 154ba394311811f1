import { OTHER } from '../contract/vocabulary.js';
import { describe } from '../intake/describe.js';
import type { EventOf } from '../intake/parsed-event.js';
import type { Report } from '../intake/problem.js';
import type { Plan } from './plan.js';
import type { PlanBook } from './plan-book.js';
import { NOT_TRIPPED, type Refuse } from './refusal.js';
import type { Transition } from './transition.js';

/** Names of guardrails remembered that were tripped for no plan in particular. */
const MAX_TRIPPED = 64;

/** The guardrails of one cluster, which hold one plan back or all of them. */
export class Guardrails {
  readonly #book: PlanBook;
  readonly #observe: (transition: Transition) => void;
  readonly #report: Report;
  readonly #refuse: Refuse;
  /** Those tripped for no plan in particular, and not cleared since. */
  readonly #tripped = new Set<string>();

  constructor(book: PlanBook, observe: (transition: Transition) => void, report: Report, refuse: Refuse) {
    this.#book = book;
    this.#observe = observe;
    this.#report = report;
    this.#refuse = refuse;
  }

  /** Names of those that were tripped for no plan in particular. */
  save(): string[] {
    return [...this.#tripped];
  }

  load(tripped: readonly string[]): void {
    for (const guardrail of tripped.slice(0, MAX_TRIPPED)) this.#tripped.add(guardrail);
  }

  forget(): void {
    this.#tripped.clear();
  }

  trip(parsed: EventOf<'guardrailTripped'>): void {
    // A guardrail may well stop a plan that never came to be: that plan is not adopted.
    const { at, guardrail, planId, reason } = parsed;
    if (planId === undefined && this.#tripped.size < MAX_TRIPPED) this.#tripped.add(guardrail);
    for (const held of this.#of(planId)) if (!held.course.trip(guardrail, at)) this.#reportTooManyHolds(held);
    this.#observe({ type: 'guardrailTripped', at, plan: this.#named(planId), guardrail, reason });
  }

  clear({ event, at, guardrail, planId }: EventOf<'guardrailCleared'>, now: number): void {
    // Like the trip of a plan that never came to be.
    if (planId !== undefined && !this.#book.plans.has(planId)) return;
    let isKnown = planId === undefined && (this.#tripped.delete(guardrail) || this.#tripped.size === MAX_TRIPPED);
    for (const plan of this.#of(planId)) {
      if (!plan.holds.hasTripped(guardrail)) continue;
      isKnown = true;
      plan.course.clear(guardrail, at, now);
    }
    if (!isKnown) return this.#refuse('out_of_order', event, 'guardrail', NOT_TRIPPED, guardrail);
    this.#observe({ type: 'guardrailCleared', at, plan: this.#named(planId), guardrail });
  }

  #named(planId: string | undefined): Plan | undefined {
    return planId === undefined ? undefined : this.#book.plans.get(planId);
  }

  /** The live plans that an event about one plan, or about no plan in particular, speaks of. */
  #of(planId: string | undefined): Iterable<Plan> {
    if (planId === undefined) return this.#book.live();
    const plan = this.#named(planId);
    return plan?.live ? [plan] : [];
  }

  #reportTooManyHolds(plan: Plan): void {
    this.#report({
      reason: 'limit',
      event: 'guardrailTripped',
      field: 'guardrail',
      says: () => `too many guardrails hold plan ${describe(plan.id)} back; the rest of them is one, ${OTHER}`,
    });
  }
}
