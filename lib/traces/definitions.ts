/** `mesh.namespace`: namespace of the controller. */
export const ATTR_NAMESPACE = 'mesh.namespace';
/** `mesh.cluster`: cluster that is rebalanced. */
export const ATTR_CLUSTER = 'mesh.cluster';
/** `mesh.node.id`: the node that is drained. */
export const ATTR_NODE_ID = 'mesh.node.id';
/** `mesh.shard.id`: the shard that is moved. */
export const ATTR_SHARD_ID = 'mesh.shard.id';
/** `mesh.rebalance.plan.id`: on every span and event of a plan. */
export const ATTR_PLAN_ID = 'mesh.rebalance.plan.id';
/** `mesh.rebalance.plan.trigger`: what caused the plan, unbounded here. */
export const ATTR_PLAN_TRIGGER = 'mesh.rebalance.plan.trigger';
/** `mesh.rebalance.plan.approval_mode`: `manual`, `auto` or `unknown`. */
export const ATTR_PLAN_APPROVAL_MODE = 'mesh.rebalance.plan.approval_mode';
/** `mesh.rebalance.plan.requested_by`: who asked for the plan. */
export const ATTR_PLAN_REQUESTED_BY = 'mesh.rebalance.plan.requested_by';
/** `mesh.rebalance.plan.change_ticket`: the change ticket of the plan. */
export const ATTR_PLAN_CHANGE_TICKET = 'mesh.rebalance.plan.change_ticket';
/** `mesh.rebalance.plan.nodes`: the nodes to drain. */
export const ATTR_PLAN_NODES = 'mesh.rebalance.plan.nodes';
/** `mesh.rebalance.plan.shards`: shards the plan moves in all. */
export const ATTR_PLAN_SHARDS = 'mesh.rebalance.plan.shards';
/** `mesh.rebalance.plan.shards_remaining`: shards left when the plan ended. */
export const ATTR_PLAN_SHARDS_REMAINING = 'mesh.rebalance.plan.shards_remaining';
/** `mesh.rebalance.plan.seen_late`: true when the plan was first seen through an event other than its creation. */
export const ATTR_PLAN_SEEN_LATE = 'mesh.rebalance.plan.seen_late';
/** `mesh.rebalance.spans_dropped`: steps of the plan, or moves of the drain, that got no span of their own. */
export const ATTR_SPANS_DROPPED = 'mesh.rebalance.spans_dropped';
/** `mesh.rebalance.outcome`: `completed`, `failed` or `cancelled`. */
export const ATTR_OUTCOME = 'mesh.rebalance.outcome';
/** `mesh.rebalance.approval.decision`: `approved`, `rejected` or `expired`. */
export const ATTR_APPROVAL_DECISION = 'mesh.rebalance.approval.decision';
/** `mesh.rebalance.approval.actor`: who decided. */
export const ATTR_APPROVAL_ACTOR = 'mesh.rebalance.approval.actor';
/** `mesh.rebalance.state`: the state that was entered. */
export const ATTR_STATE = 'mesh.rebalance.state';
/** `mesh.rebalance.state.previous`: the state that was left. */
export const ATTR_STATE_PREVIOUS = 'mesh.rebalance.state.previous';
/** `mesh.rebalance.reason`: free text of the controller. */
export const ATTR_REASON = 'mesh.rebalance.reason';
/** `mesh.rebalance.drain.shards`: shards the node gives up. */
export const ATTR_DRAIN_SHARDS = 'mesh.rebalance.drain.shards';
/** `mesh.rebalance.drain.shards_remaining`: shards the node has yet to give up. */
export const ATTR_DRAIN_SHARDS_REMAINING = 'mesh.rebalance.drain.shards_remaining';
/** `mesh.rebalance.drain.moves`: moves that started on the drained node. */
export const ATTR_DRAIN_MOVES = 'mesh.rebalance.drain.moves';
/** `mesh.rebalance.bytes`: bytes moved. */
export const ATTR_BYTES = 'mesh.rebalance.bytes';
/** `mesh.rebalance.move.source`: the node that gives the shard. */
export const ATTR_MOVE_SOURCE = 'mesh.rebalance.move.source';
/** `mesh.rebalance.move.target`: the node that takes the shard. */
export const ATTR_MOVE_TARGET = 'mesh.rebalance.move.target';
/** `mesh.rebalance.guardrail`: what held the controller back. */
export const ATTR_GUARDRAIL = 'mesh.rebalance.guardrail';
/** `error.type` of the OpenTelemetry semantic conventions. */
export const ATTR_ERROR_TYPE = 'error.type';

/** `error.type` of a step span that was closed because the step outlived `stepTimeoutMillis`. */
export const ERROR_TYPE_STEP_TIMEOUT = 'mesh_rebalance.step_timeout';
/** `error.type` of the span of a step that was open when its process died, and that nobody has taken up again. */
export const ERROR_TYPE_PROCESS_LOST = 'process_lost';
/** `error.type` of a step span that was closed because another process leads the cluster now. */
export const ERROR_TYPE_LEADERSHIP_LOST = 'mesh_rebalance.leadership_lost';
/** `error.type` of a step span that was closed by `disable()`. */
export const ERROR_TYPE_INSTRUMENTATION_DISABLED = 'mesh_rebalance.instrumentation_disabled';

/** Definition of a span or log event. */
export interface SignalDefinition {
  readonly name: string;
  readonly description: string;
  /** Attributes besides `mesh.namespace`, `mesh.cluster` and `mesh.rebalance.plan.id`. */
  readonly attributes: readonly string[];
  readonly bound: string;
}

/** Every span of the package. All but the first are children of the first. */
export const SPANS = {
  planCreated: {
    name: 'rebalance.plan.created',
    description:
      "Instant anchor at a plan's creation; its context is the plan's. None for a plan resumed by traceparent.",
    attributes: [
      ATTR_PLAN_TRIGGER,
      ATTR_PLAN_APPROVAL_MODE,
      ATTR_PLAN_REQUESTED_BY,
      ATTR_PLAN_CHANGE_TICKET,
      ATTR_PLAN_NODES,
      ATTR_PLAN_SHARDS,
      ATTR_PLAN_SEEN_LATE,
    ],
    bound: '1 per plan',
  },
  approval: {
    name: 'rebalance.approval',
    description: "Request to decision; linked to the approver's span.",
    attributes: [ATTR_APPROVAL_DECISION, ATTR_APPROVAL_ACTOR, ATTR_ERROR_TYPE],
    bound: '1 per request',
  },
  drain: {
    name: 'rebalance.drain',
    description: 'One node giving up its shards.',
    attributes: [
      ATTR_NODE_ID,
      ATTR_OUTCOME,
      ATTR_DRAIN_SHARDS,
      ATTR_DRAIN_SHARDS_REMAINING,
      ATTR_DRAIN_MOVES,
      ATTR_SPANS_DROPPED,
      ATTR_BYTES,
      ATTR_ERROR_TYPE,
    ],
    bound: '`maxSpansPerPlan` per plan, with moves',
  },
  move: {
    name: 'rebalance.move',
    description: 'One shard from its source to its target.',
    attributes: [ATTR_SHARD_ID, ATTR_MOVE_SOURCE, ATTR_MOVE_TARGET, ATTR_OUTCOME, ATTR_BYTES, ATTR_ERROR_TYPE],
    bound: '`maxSpansPerPlan` per plan, with drains',
  },
  plan: {
    name: 'rebalance.plan',
    description: 'Creation to end, exported when the plan ends.',
    attributes: [
      ATTR_OUTCOME,
      ATTR_PLAN_TRIGGER,
      ATTR_PLAN_APPROVAL_MODE,
      ATTR_PLAN_SHARDS,
      ATTR_PLAN_SHARDS_REMAINING,
      ATTR_PLAN_SEEN_LATE,
      ATTR_SPANS_DROPPED,
      ATTR_ERROR_TYPE,
    ],
    bound: '1 per plan',
  },
} as const satisfies Record<string, SignalDefinition>;

/** Every log event of the package. One that tells of a step has the context of its span, others of a plan the anchor's. */
export const EVENTS = {
  planCreated: {
    name: 'mesh.rebalance.plan_created',
    description: 'A plan was created, or first seen. None for a plan resumed by traceparent.',
    attributes: [
      ATTR_PLAN_TRIGGER,
      ATTR_PLAN_APPROVAL_MODE,
      ATTR_PLAN_REQUESTED_BY,
      ATTR_PLAN_CHANGE_TICKET,
      ATTR_PLAN_NODES,
      ATTR_PLAN_SHARDS,
      ATTR_PLAN_SEEN_LATE,
    ],
    bound: '1 per plan',
  },
  stateChanged: {
    name: 'mesh.rebalance.state_changed',
    description: 'A plan or the controller changed its state. WARN when it failed.',
    attributes: [ATTR_STATE, ATTR_STATE_PREVIOUS, ATTR_REASON, ATTR_ERROR_TYPE],
    bound: '1 per change',
  },
  approvalRequested: {
    name: 'mesh.rebalance.approval_requested',
    description: 'A plan began to wait for a decision.',
    attributes: [],
    bound: '1 per request',
  },
  approvalDecided: {
    name: 'mesh.rebalance.approval_decided',
    description: 'A plan was approved, rejected, or its request expired.',
    attributes: [ATTR_APPROVAL_DECISION, ATTR_APPROVAL_ACTOR, ATTR_REASON],
    bound: '1 per decision',
  },
  drainStarted: {
    name: 'mesh.rebalance.drain_started',
    description: 'A node began to give up its shards.',
    attributes: [ATTR_NODE_ID, ATTR_DRAIN_SHARDS],
    bound: '1 per drain',
  },
  drainProgressed: {
    name: 'mesh.rebalance.drain_progressed',
    description: 'A node gave up shards.',
    attributes: [ATTR_NODE_ID, ATTR_DRAIN_SHARDS, ATTR_DRAIN_SHARDS_REMAINING, ATTR_BYTES],
    bound: '1 per report',
  },
  drainFinished: {
    name: 'mesh.rebalance.drain_finished',
    description: 'A drain ended. WARN when it failed.',
    attributes: [
      ATTR_NODE_ID,
      ATTR_OUTCOME,
      ATTR_DRAIN_SHARDS,
      ATTR_DRAIN_SHARDS_REMAINING,
      ATTR_BYTES,
      ATTR_ERROR_TYPE,
    ],
    bound: '1 per drain',
  },
  moveStarted: {
    name: 'mesh.rebalance.move_started',
    description: 'A shard began to move. Only of moves that may have a span.',
    attributes: [ATTR_SHARD_ID, ATTR_MOVE_SOURCE, ATTR_MOVE_TARGET],
    bound: '1 per move, for `maxSpansPerPlan` moves and drains of a plan',
  },
  moveFinished: {
    name: 'mesh.rebalance.move_finished',
    description: 'A move ended. WARN when it failed. Only of moves that may have a span.',
    attributes: [ATTR_SHARD_ID, ATTR_MOVE_SOURCE, ATTR_MOVE_TARGET, ATTR_OUTCOME, ATTR_BYTES, ATTR_ERROR_TYPE],
    bound: '1 per move, for `maxSpansPerPlan` moves and drains of a plan',
  },
  guardrailTripped: {
    name: 'mesh.rebalance.guardrail_tripped',
    description: 'A guardrail held the controller back. WARN.',
    attributes: [ATTR_GUARDRAIL, ATTR_REASON],
    bound: '1 per trip',
  },
  planFinished: {
    name: 'mesh.rebalance.plan_finished',
    description: 'A plan ended. WARN when it failed.',
    attributes: [ATTR_OUTCOME, ATTR_PLAN_SHARDS, ATTR_PLAN_SHARDS_REMAINING, ATTR_ERROR_TYPE],
    bound: '1 per plan',
  },
} as const satisfies Record<string, SignalDefinition>;
