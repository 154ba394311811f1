import type { ApprovalMode, Decision, Outcome, RebalanceState } from './vocabulary.js';

/** Fields that every event may carry besides its own. */
export interface EventBase {
  /** Namespace the event is about. Default: the controller's `namespace`. At most 256 characters. */
  namespace?: string | undefined;
  /** Cluster the event is about. Default: the controller's `cluster`. At most 256 characters. */
  cluster?: string | undefined;
  /** Time of the event: a Date, or milliseconds since the Unix epoch. Default: the moment the event is emitted. */
  time?: Date | number | undefined;
}

/** Why a plan or step failed. Give at least one of the two when the outcome is `failed`. */
export interface Failure {
  /**
   * Short name of the kind of failure, such as `timeout` or `node_unreachable`. Letters, digits and `_ . : / -`, at
   * most 64 characters; it becomes the `error_type` label, so keep it to a few dozen values. Default: the name of
   * `error`, else `_OTHER`.
   */
  errorType?: string | undefined;
  /** The error itself, for the span's exception event. Never a label. */
  error?: unknown;
}

/** The controller, or one plan, entered a state. */
export interface StateChanged extends EventBase {
  /** The state entered. */
  to: RebalanceState;
  /** The state left, for the log event. Default: the last one seen. */
  from?: RebalanceState | undefined;
  /**
   * The plan whose state changed. Without it, the state is the controller's own. A controller that never reports its
   * own state is shown in the state its plans last entered.
   */
  planId?: string | undefined;
  /** Why, in words. */
  reason?: string | undefined;
}

/** A plan was proposed. Emit it again after a restart of the controller, with the `traceparent` that was saved. */
export interface PlanCreated extends EventBase {
  /** Unique among the plans of the cluster. At most 256 characters. */
  planId: string;
  /** Cause of the plan, such as `node_added`, `imbalance`, `operator`. A few dozen values at most; a label. */
  trigger?: string | undefined;
  /** Approver: a person, or the controller itself. */
  approvalMode?: ApprovalMode | undefined;
  /** Shards it moves in all. Grows by itself if more are moved. */
  shards?: number | undefined;
  /** Bytes it moves in all, as the system counts them. With those of its moves, what is left is estimated by them. */
  bytes?: number | undefined;
  /** Shards left to move, for a plan that is resumed. Default: `shards`. */
  shardsRemaining?: number | undefined;
  /** Nodes it drains. */
  nodes?: readonly string[] | undefined;
  /**
   * State of the plan. Without it, and until a `stateChanged` of the plan, the state follows from the other events:
   * `rebalancePending`, then `draining` and `rebalancing`, then `completed`, `failed`, or `steady` if cancelled.
   */
  state?: RebalanceState | undefined;
  /** Person or program that asked for it. */
  requestedBy?: string | undefined;
  /** Change ticket it runs under. */
  changeTicket?: string | undefined;
  /** W3C `traceparent` from {@link RebalanceHandle.traceparent}: the plan goes on in that trace. */
  traceparent?: string | undefined;
}

/** A plan began to wait for a decision. */
export interface ApprovalRequested extends EventBase {
  planId: string;
}

/**
 * The wait for a decision ended. `planFinished` must follow a rejection too, and an expiry unless the request is
 * repeated. The approval span is linked to the span that is active when the event is emitted.
 */
export interface ApprovalDecided extends EventBase {
  planId: string;
  decision: Decision;
  /** Person or program that decided. On spans and log events only. */
  actor?: string | undefined;
  /** Why, in words. On the log event only. */
  reason?: string | undefined;
  /** W3C `traceparent` of the approver's request, where it is not the active span. */
  traceparent?: string | undefined;
}

/** A node began to give up its shards. A second start after the drain has ended is a new attempt. */
export interface DrainStarted extends EventBase {
  planId: string;
  node: string;
  /** Shards the node gives up. */
  shards: number;
}

/** A node gave up shards. Emit it as often as an operator would want to look: each is one log record. */
export interface DrainProgressed extends EventBase {
  planId: string;
  node: string;
  /** Shards the node has yet to give up. */
  shardsRemaining: number;
  /** Shards the node gives up in all, where that has changed. */
  shards?: number | undefined;
  /** Bytes moved off the node so far, as the system counts them. */
  bytes?: number | undefined;
}

/** A drain ended. */
export interface DrainFinished extends EventBase, Failure {
  planId: string;
  node: string;
  outcome: Outcome;
  /** Bytes moved off the node in all, as the system counts them. */
  bytes?: number | undefined;
}

/** A shard began to move. A second start after the move has ended is a new attempt. */
export interface MoveStarted extends EventBase {
  planId: string;
  shard: string;
  /** Node that gives the shard. */
  source?: string | undefined;
  /** Node that takes the shard. */
  target?: string | undefined;
  /** Bytes of the shard, as the system counts them. */
  bytes?: number | undefined;
}

/** A move ended. */
export interface MoveFinished extends EventBase, Failure {
  planId: string;
  shard: string;
  outcome: Outcome;
  /** Bytes moved, as the system counts them. */
  bytes?: number | undefined;
}

/** A plan ended. Steps that are still open are closed as `cancelled`. Every plan must end with this event. */
export interface PlanFinished extends EventBase, Failure {
  planId: string;
  outcome: Outcome;
  /** Why, in words; such as why it was cancelled. On the log event of the state that it ends in. */
  reason?: string | undefined;
}

/**
 * Which node owns how many shards. A controller that moves ranges of shards may count ranges in its plans and single
 * shards here: the two are never set against each other.
 */
export interface OwnershipChanged extends EventBase {
  /** Shards by node id. */
  nodes: Readonly<Record<string, number>>;
  /** True when `nodes` names every node, so that the others are gone. Default: true. */
  complete?: boolean | undefined;
}

/** The policy of the controller was set or changed. */
export interface PolicyChanged extends EventBase {
  /** Most moves allowed at once. */
  maxConcurrentMoves: number;
}

/**
 * A guardrail held the controller back, and with it the plan, or every plan that has not ended. Emit it again while it
 * lasts, at least every `holdForMillis` (10 min), and {@link GuardrailCleared} when it is over; a plan that makes
 * progress is no longer held either.
 */
export interface GuardrailTripped extends EventBase {
  /** `maxConcurrentMoves`, `minHealthyReplicas`, `cooldown`, `incident`, or another short name; a label. */
  guardrail: string;
  /** The plan it held back. */
  planId?: string | undefined;
  /** Why, in words. */
  reason?: string | undefined;
}

/** A guardrail no longer holds the controller back. */
export interface GuardrailCleared extends EventBase {
  /** Name that it was tripped under. */
  guardrail: string;
  /** The plan that it no longer holds back. Default: every plan. */
  planId?: string | undefined;
}

/**
 * The controller won or lost the leadership of its cluster. Emit it for a standby at its start, and for a new leader once
 * its `snapshot()` knows the plans, because that is asked for again. Until the first one nothing is said of leadership.
 * A standby keeps its heartbeat and its counters, and nothing else: what it emits of plans and nodes is left out.
 */
export interface LeadershipChanged extends EventBase {
  leading: boolean;
}

/**
 * Every event of the contract with its payload. Each may be emitted at any time and in any order: what cannot be used
 * is counted in `mesh_rebalance_invalid_events_total` and reported once through OpenTelemetry's `diag`.
 */
export interface RebalanceEvents {
  stateChanged: StateChanged;
  planCreated: PlanCreated;
  approvalRequested: ApprovalRequested;
  approvalDecided: ApprovalDecided;
  drainStarted: DrainStarted;
  drainProgressed: DrainProgressed;
  drainFinished: DrainFinished;
  moveStarted: MoveStarted;
  moveFinished: MoveFinished;
  planFinished: PlanFinished;
  ownershipChanged: OwnershipChanged;
  policyChanged: PolicyChanged;
  guardrailTripped: GuardrailTripped;
  leadershipChanged: LeadershipChanged;
  /**
   * The cluster is taken out of service for good. Its series give way to the time of this event, which stays for
   * `retentionMillis`. Whatever shows later that the cluster lives takes it back.
   */
  decommissioned: EventBase | undefined;
  guardrailCleared: GuardrailCleared;
  /** The controller stopped taking steps until `resumed`. */
  paused: EventBase | undefined;
  /** The controller takes steps again. */
  resumed: EventBase | undefined;
  /** The control loop went round. Emit it from the loop itself, not from a timer that outlives it. */
  heartbeat: EventBase | undefined;
}
/** The name of an event. */
export type RebalanceEventName = keyof RebalanceEvents;

/** {@link RebalanceEvents} in the shape of Node's typed emitter: `class C extends EventEmitter<RebalanceEventMap>`. */
export type RebalanceEventMap = {
  [E in RebalanceEventName]: undefined extends RebalanceEvents[E]
    ? [payload?: RebalanceEvents[E]]
    : [payload: RebalanceEvents[E]];
};

/** Rare events, which keep what is known of a cluster and its plans. */
export const LIFECYCLE_EVENTS = [
  'stateChanged',
  'planCreated',
  'approvalRequested',
  'approvalDecided',
  'planFinished',
  'ownershipChanged',
  'policyChanged',
  'guardrailTripped',
  'leadershipChanged',
  'decommissioned',
  'guardrailCleared',
  'paused',
  'resumed',
  'heartbeat',
] as const satisfies RebalanceEventName[];

/** Frequent events, which are not even listened to while nobody could see what comes of them. */
export const STEP_EVENTS = [
  'drainStarted',
  'drainProgressed',
  'drainFinished',
  'moveStarted',
  'moveFinished',
] as const satisfies RebalanceEventName[];

/** The name of every event of the contract, for adapters and for what else follows a controller. */
export const REBALANCE_EVENT_NAMES: readonly RebalanceEventName[] = [...LIFECYCLE_EVENTS, ...STEP_EVENTS];
