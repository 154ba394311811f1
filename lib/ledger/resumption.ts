import type { Plan } from './plan.js';
import type { Drain, Move } from './step.js';

/** Time after a restart within which the steps and plans of the former process are to be spoken of again. */
const GIVE_UP_AFTER_MILLIS = 10 * 60_000;

/**
 * Plans and steps that were open when a process died, until somebody speaks of them again. Times are milliseconds since
 * the Unix epoch.
 */
export class Resumption {
  /** Last time of which the former process knew. */
  readonly lostAt: number;
  /** True once the controller has listed its live plans. */
  isListed = false;
  readonly #restoredAt: number;
  readonly #unnamed = new Set<Plan>();
  readonly #steps = new Map<Plan, Set<Drain | Move>>();

  constructor(lostAt: number, restoredAt: number) {
    this.lostAt = lostAt;
    this.#restoredAt = restoredAt;
  }

  add(plan: Plan): void {
    this.#unnamed.add(plan);
    this.#steps.set(plan, new Set([...plan.openMoves(), ...plan.openDrains()]));
  }

  /** Somebody spoke of the plan. */
  name(plan: Plan): void {
    this.#unnamed.delete(plan);
  }

  /** True while nobody has spoken of the plan. */
  isUnnamed(plan: Plan): boolean {
    return this.#unnamed.has(plan);
  }

  /** Somebody spoke of the step. @returns whether it had waited for that */
  takeUp(plan: Plan, step: Drain | Move): boolean {
    return this.#steps.get(plan)?.delete(step) === true;
  }

  /** Takes out the steps of a plan of which nobody has spoken. */
  takeLost(plan: Plan, isLost: (step: Drain | Move) => boolean = () => true): (Drain | Move)[] {
    const lost = [...(this.#steps.get(plan) ?? [])].filter(isLost);
    for (const step of lost) this.takeUp(plan, step);
    return lost;
  }

  /** Plans that may have steps of which nobody has spoken. */
  get waiting(): Plan[] {
    return [...this.#steps.keys()];
  }

  /** Plans of which nobody has spoken, though the controller has listed those that it has. */
  get missing(): Plan[] {
    return this.isListed ? [...this.#unnamed] : [];
  }

  /** True when what nobody has spoken of by now is given up; also after the clock was set back. */
  isOver(now: number): boolean {
    return Math.abs(now - this.#restoredAt) >= GIVE_UP_AFTER_MILLIS;
  }
}
