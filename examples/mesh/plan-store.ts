import { copyOf, type Plan } from './plan.js';

/** Where a controller keeps what must outlive it. */
export interface PlanStore {
  save(plan: Plan): void;
  delete(planId: string): void;
  /** Every plan that was saved, oldest first. */
  load(): Plan[];
  /** Numbers that are given once, from 1 on. */
  nextNumber(): number;
}

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
