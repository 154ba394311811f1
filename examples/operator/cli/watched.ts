import type { StreamedEvent } from '../api/wire.js';
import type { PlanView } from '../controllable.js';
import { Failure } from './exit-codes.js';
import { isLive } from './plan-text.js';

type Ending = PlanView['outcome'] | 'unknown';

/** The plans that `watch` follows, and how they ended. */
export class Watched {
  /** The only one; undefined for all. */
  readonly planId: string | undefined;
  readonly #live = new Set<string>();
  readonly #endings = new Map<string, Ending>();
  #lost: string[] = [];

  constructor(planId: string | undefined) {
    this.planId = planId;
  }

  get allEnded(): boolean {
    return this.#live.size === 0;
  }

  /**
   * Takes over how plans are when the stream opens, or opens again.
   *
   * @returns those that are followed: the live ones, those that were, and the only one
   */
  begin(plans: readonly PlanView[]): PlanView[] {
    const known = new Map(plans.map((plan) => [plan.id, plan]));
    this.#lost = [...this.#live].filter((id) => !known.has(id));
    for (const id of this.#lost) this.#end(id, 'unknown');
    const followed = plans.filter((plan) => isLive(plan) || this.#live.has(plan.id) || plan.id === this.planId);
    for (const plan of followed) {
      if (isLive(plan)) this.#live.add(plan.id);
      else this.#end(plan.id, plan.outcome);
    }
    return followed;
  }

  /** Plans that were live when the stream broke off, and are not known since it opened again. */
  takeLost(): readonly string[] {
    return this.#lost.splice(0);
  }

  see({ event, planId = '', ...facts }: StreamedEvent): void {
    if (event === 'planCreated') this.#live.add(planId);
    if (event === 'planFinished') this.#end(planId, facts['outcome'] as PlanView['outcome']);
  }

  /** @throws Failure that names the plans that did not complete */
  requireCompleted(): void {
    for (const [ending, reason, did] of [
      ['failed', 'failed', 'failed'],
      ['cancelled', 'cancelled', 'ended without being carried out to the end'],
      ['unknown', 'refused', 'ended nobody knows how'],
    ] as const) {
      const ids = [...this.#endings].filter(([, each]) => each === ending).map(([id]) => id);
      if (ids.length > 0) throw new Failure(reason, `${ids.join(', ')} ${did}.`);
    }
  }

  #end(planId: string, ending: Ending): void {
    this.#live.delete(planId);
    this.#endings.set(planId, ending);
  }
}
