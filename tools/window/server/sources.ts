import type { PlanExplanation } from 'opentelemetry-instrumentation-mesh-rebalance';
import type { PlanView } from '../../../examples/operator/controllable.js';
import type { ThresholdValues } from '../../../rules/thresholds.js';
import type { ClusterView, ControlAccess, Link, LogEventView, SpanView } from './wire.js';

/** Names one plan. */
export interface PlanName {
  readonly namespace: string;
  readonly cluster: string;
  readonly id: string;
}

/**
 * Where the page gets what it shows. Each source is asked anew for each answer, may fail, and is then named in
 * the page with the message of its error. One that is left out is not shown.
 */
export interface WindowSources {
  /** Name of what is looked at, such as `demo` or `stack`. */
  readonly title: string;
  /** Of the alerts on what is looked at. Default: those of the shipped ones. */
  readonly thresholds?: ThresholdValues;
  readonly control?: ControlAccess | undefined;
  readonly links?: readonly Link[];
  /** Live plans and those that ended of late. */
  readonly plans: () => Promise<readonly PlanView[]>;
  readonly clusters: () => Promise<readonly ClusterView[]>;
  readonly explain?: (plan: PlanName) => Promise<PlanExplanation | undefined>;
  /** Spans of a plan's trace, those that are open too where they are known. */
  readonly trace?: (plan: PlanName) => Promise<readonly SpanView[]>;
  /** Log events of a plan, or the latest of all; newest first. */
  readonly events?: (plan?: PlanName) => Promise<readonly LogEventView[]>;
}
