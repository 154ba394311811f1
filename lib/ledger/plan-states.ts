import type { RebalanceState } from '../contract/vocabulary.js';
import type { ParsedFailure } from '../intake/parsed-event.js';
import type { Plan } from './plan.js';
import type { Transition } from './transition.js';

/** How the plans of one cluster come from state to state. */
export class PlanStates {
  /** State that the plans imply for a controller that does not report its own: the one last entered. */
  implied: RebalanceState = 'steady';
  readonly #observe: (transition: Transition) => void;

  constructor(observe: (transition: Transition) => void) {
    this.#observe = observe;
  }

  enter(
    plan: Plan,
    to: RebalanceState,
    at: number,
    now: number,
    reason: string | undefined,
    from = plan.state,
    failure?: ParsedFailure,
  ): void {
    this.implied = to;
    if (plan.state === to) return;
    plan.enter(to, at, now);
    this.#observe({ type: 'stateChanged', at, plan, from, to, reason, failure });
  }

  /** Enters a state that follows from another event, unless the controller reports the plan's states itself. */
  imply(plan: Plan, to: RebalanceState, at: number, now: number): void {
    if (!plan.stateReported) this.enter(plan, to, at, now, undefined);
  }
}
