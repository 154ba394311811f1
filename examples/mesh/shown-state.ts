import type { RebalanceState } from 'opentelemetry-instrumentation-mesh-rebalance';
import { type Plan, stateOfPlans } from './plan.js';

/** Time for which a controller shows the end of its last plan, in milliseconds. */
const AFTERGLOW_MS = 60_000;

/** The state that a controller shows: that of its busiest plan, then how the last one ended, then its suspicions. */
export class ShownState {
  #state: RebalanceState;
  #lastEnd: { readonly state: RebalanceState; readonly at: number } | undefined;

  constructor(plans: readonly Plan[]) {
    this.#state = stateOfPlans(plans) ?? 'steady';
  }

  get state(): RebalanceState {
    return this.#state;
  }

  /** @param now milliseconds since the Unix epoch */
  planEnded({ state }: Plan, now: number): void {
    this.#lastEnd = { state, at: now };
  }

  /**
   * @param now milliseconds since the Unix epoch
   * @returns the state that was left, if another was entered
   */
  update(plans: readonly Plan[], suspicious: boolean, now: number): RebalanceState | undefined {
    const ended =
      this.#lastEnd !== undefined && now - this.#lastEnd.at < AFTERGLOW_MS ? this.#lastEnd.state : undefined;
    const to = stateOfPlans(plans) ?? ended ?? (suspicious ? 'investigating' : 'steady');
    if (to === this.#state) return undefined;
    const from = this.#state;
    this.#state = to;
    return from;
  }
}
