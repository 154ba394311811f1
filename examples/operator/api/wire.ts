import type { RebalanceEventName } from 'opentelemetry-instrumentation-mesh-rebalance';
import { STATES } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import type { PlanView } from '../controllable.js';

/** Path of the plans of all clusters. */
export const PLANS_PATH = '/control/rebalance-plans';

/** Path of the stream of their events. */
export const EVENTS_PATH = `${PLANS_PATH}/events`;

/** Path of the controllers, one for each cluster. */
export const CONTROLLERS_PATH = '/control/rebalance-controllers';

/** Header that names who asks, where a token is shared by several people. */
export const ACTOR_HEADER = 'x-mesh-actor';

/** Most characters of an id, of an actor and of a ticket. */
export const MAX_NAME_LENGTH = 256;

/** What a list may be asked for as `state`: besides the states, plans that were cancelled, which are steady. */
export const STATE_FILTERS = [...STATES, 'cancelled'] as const;

/** Answer to a list. */
export interface PlanList {
  readonly plans: readonly PlanView[];
}

/** A controller as an operator sees it. */
export interface ControllerView {
  readonly namespace: string;
  readonly cluster: string;
  /** It takes no further step until it is resumed. */
  readonly paused: boolean;
}

/** Answer to a list of controllers. */
export interface ControllerList {
  readonly controllers: readonly ControllerView[];
}

/** Answer to a request that was refused: RFC 9457, `application/problem+json`. */
export interface ProblemDocument {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  /** Advice to the sender. */
  readonly detail: string;
}

/** One event of the contract as it is streamed: its payload, and where and when. */
export interface StreamedEvent {
  readonly event: RebalanceEventName;
  readonly namespace: string;
  readonly cluster: string;
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  readonly planId?: string;
  readonly [fact: string]: unknown;
}
