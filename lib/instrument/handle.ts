import type { PlanExplanation } from '../contract/explanation.js';

/** Result of `instrument`. */
export interface RebalanceHandle {
  /**
   * Takes the instrumentation off: listeners, timer and wrapped step are gone, open spans are ended. Idempotent. Call it
   * before the SDK's `shutdown()`, whose last export then has everything: the last values of this controller's series
   * stay for `zeroForMillis`, counters at their true value, or until its cluster is instrumented again. Counters of SDK
   * meters stand still, because an SDK meter never forgets a series; they go on when the cluster is instrumented again.
   */
  disable(): void;
  [Symbol.dispose](): void;
  /**
   * Writes at once to the `journal` what has been emitted up to now, also by {@link disable}. A controller that deletes
   * a plan when it has ended waits for this before it does. Resolves when it is written, when it has failed, or after
   * 10 s, which `diag` is told; at once without a journal.
   */
  forceFlush(): Promise<void>;
  /**
   * W3C `traceparent` of a live or not yet retired plan. Save it with the plan, and give it to `planCreated` or
   * `snapshot()` after a restart: the plan goes on in the same trace.
   *
   * @param cluster where one controller speaks of several clusters that use the same plan ids
   * @returns undefined when the plan is unknown or tracing is off
   */
  traceparent(planId: string, cluster?: { namespace: string; cluster: string }): string | undefined;
  /**
   * Why a live or not yet retired plan is where it is: what holds it back, which moves are under way and since when, and
   * which failed. It is worked out when it is asked for, from the events so far; moves are known from the time on at
   * which anything of the telemetry is read, and failed ones not across a restart.
   *
   * @param cluster where one controller speaks of several clusters that use the same plan ids
   * @returns undefined when the plan is unknown
   */
  explain(planId: string, cluster?: { namespace: string; cluster: string }): PlanExplanation | undefined;
}
