import { copyOf, type Plan } from '../mesh/plan.js';
import type { PlanStore } from '../mesh/plan-store.js';

/** A store that lives as long as the simulation, which is longer than any controller. */
export class MemoryPlanStore implements PlanStore {
  readonly #plans = new Map<string, Plan>();
  #number = 0;

  save(plan: Plan): void {
    this.#plans.set(plan.id, copyOf(plan));
  }

  delete(planId: string): void {
    this.#plans.delete(planId);
  }

  load(): Plan[] {
    return [...this.#plans.values()].map(copyOf);
  }

  nextNumber(): number {
    this.#number += 1;
    return this.#number;
  }
}
