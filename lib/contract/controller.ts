import type { RebalanceEventName } from './events.js';
import type { RebalanceSnapshot } from './snapshot.js';

/** A step whose work should run inside its span: emit its `…Started` event first, then execute it. */
export interface RebalanceStep {
  namespace?: string | undefined;
  cluster?: string | undefined;
  planId: string;
  /** The drain this is. */
  node?: string | undefined;
  /** The move this is; it wins over `node`. */
  shard?: string | undefined;
}

/** As a method, so that a controller may ask for a stricter step than the contract's. */
interface StepExecutor {
  executeStep(step: RebalanceStep, ...rest: never[]): unknown;
}

/**
 * Argument of `instrument`: anything with Node's `on` and `off` whose events carry the facts of
 * {@link RebalanceEvents}. For another emitter write an adapter: a function from it to a `RebalanceController`.
 */
export interface RebalanceController {
  /** Namespace of every event that names none. */
  readonly namespace?: string | undefined;
  /** Cluster of every event that names none. */
  readonly cluster?: string | undefined;
  // The payload of each event is in RebalanceEvents. A stricter listener type would refuse Node's own typed emitter.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  on(event: RebalanceEventName, listener: (...payload: any[]) => void): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: see above
  off(event: RebalanceEventName, listener: (...payload: any[]) => void): unknown;
  /**
   * The present state, one entry a cluster. Called when the controller is instrumented or when an SDK is first there to
   * see it, so that a late or restarted instrumentation knows running plans at once, and when it becomes the leader of a
   * cluster. Counts nothing.
   */
  snapshot?: (() => RebalanceSnapshot | readonly RebalanceSnapshot[]) | undefined;
  /**
   * Does the work of a step. {@link instrument} replaces it until `disable()`, so that the step's own HTTP or database
   * calls become children of its span. Arguments, of which there may be more, result and errors pass through untouched.
   */
  executeStep?: StepExecutor['executeStep'] | undefined;
}
