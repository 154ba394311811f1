import type { Plan } from './plan.js';

/** Keeps what must outlive a controller. */
export interface PlanStore {
  save(plan: Plan): void;
  delete(planId: string): void;
  /** Every plan that was saved, oldest first. */
  load(): Plan[];
  /** Numbers that are given once, from 1 on. */
  nextNumber(): number;
}
