import type { PlanExplanation } from 'opentelemetry-instrumentation-mesh-rebalance';
import type { PlanView } from '../../../examples/operator/controllable.js';

/** A node of a cluster. */
interface NodeView {
  readonly node: string;
  readonly shards: number;
  /** False for one that is known to be down. */
  readonly alive?: boolean;
}

/** A cluster, and how its shards lie. */
export interface ClusterView {
  readonly namespace: string;
  readonly cluster: string;
  /** Its controller takes no further step until it is resumed. */
  readonly paused: boolean;
  /** Empty where nothing is known of them. */
  readonly nodes: readonly NodeView[];
}

/** An event or an attribute's value, as text where it is none of these. */
type Value = string | number | boolean | readonly (string | number | boolean)[];

/** A span. Times are milliseconds since the Unix epoch. */
export interface SpanView {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly start: number;
  /** Undefined while it is open. */
  readonly end: number | undefined;
  readonly failed: boolean;
  readonly attributes: Readonly<Record<string, Value>>;
  readonly events: readonly { readonly name: string; readonly time: number }[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
}

/** A log event. The time is in milliseconds since the Unix epoch. */
export interface LogEventView {
  readonly time: number;
  readonly name: string;
  readonly severity: 'INFO' | 'WARN';
  readonly body: string;
  readonly namespace: string;
  readonly cluster: string;
  readonly planId: string | undefined;
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
  readonly attributes: Readonly<Record<string, Value>>;
}

/** How a person's commands reach the controllers. */
export interface ControlAccess {
  readonly url: string;
  /** Undefined where it is a secret that the page must not show. */
  readonly token: string | undefined;
}

/** A name and the place that it leads to. */
export interface Link {
  readonly name: string;
  readonly url: string;
}

/** How long what may be in order lasts at most, as the alerts have it. */
export interface Limits {
  /** Longest time without progress. A move that has been under way for longer hangs. */
  readonly stuckAfterMillis: number;
  /** Longest time for which anything but its approval holds a plan back. */
  readonly heldForMillis: number;
}

/** Answer to `GET /api/now`. */
export interface NowView {
  /** Name of what is looked at. */
  readonly title: string;
  /** The server's clock, milliseconds since the Unix epoch. */
  readonly now: number;
  /** Each with its first moves only. */
  readonly plans: readonly PlanView[];
  readonly limits: Limits;
  readonly clusters: readonly ClusterView[];
  /** The latest log events, newest first. */
  readonly events: readonly LogEventView[];
  readonly control: ControlAccess | undefined;
  /** Pages of others, on this machine. */
  readonly links: readonly Link[];
  /** Sources that did not answer, in words. */
  readonly troubles: readonly string[];
}

/** Answer to `GET /api/plan?namespace=&cluster=&id=`. */
export interface PlanPageView {
  readonly now: number;
  /** Undefined where there is no such plan any more. */
  readonly plan: PlanView | undefined;
  /** Undefined where no source knows more than the plan itself. */
  readonly explanation: PlanExplanation | undefined;
  readonly spans: readonly SpanView[];
  /** Newest first. */
  readonly events: readonly LogEventView[];
  readonly troubles: readonly string[];
}
