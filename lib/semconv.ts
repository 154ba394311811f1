/**
 * Every metric, label, span, attribute, event and state name of the package, each with its unit, type, label set and
 * meaning. The code, the metric reference in the docs, the rules and the dashboards all take their names from here.
 *
 * @module
 */

/** The instrumentation scope of every meter, tracer and logger of this package. */
export const SCOPE_NAME = 'opentelemetry-instrumentation-mesh-rebalance';

/** The states of a controller and of a plan. Any transition between them may occur. */
export const STATES = [
  'steady',
  'investigating',
  'draining',
  'rebalancePending',
  'rebalancing',
  'completed',
  'failed',
] as const;
/** A state of a controller or of a plan. */
export type RebalanceState = (typeof STATES)[number];

/** The phases of a plan. `total` runs from creation to end: waiting and working time together. */
export const PHASES = ['approval', 'drain', 'move', 'total'] as const;
/** A phase of a plan. */
export type Phase = (typeof PHASES)[number];

/** How a request for approval can end. */
export const DECISIONS = ['approved', 'rejected', 'expired'] as const;
/** The answer to a request for approval. */
export type Decision = (typeof DECISIONS)[number];

/** How a plan, a drain or a move can end. */
export const OUTCOMES = ['completed', 'failed', 'cancelled'] as const;
/** The end of a plan, a drain or a move. */
export type Outcome = (typeof OUTCOMES)[number];

/** Who approves a plan: a person, or the controller itself. */
export const APPROVAL_MODES = ['manual', 'auto'] as const;
/** Who approves a plan. */
export type ApprovalMode = (typeof APPROVAL_MODES)[number];

/** Why an event was refused or mended. */
export const INVALID_REASONS = [
  'missing_field',
  'wrong_type',
  'unknown_value',
  'invalid_number',
  'invalid_time',
  'too_long',
  'control_characters',
  'unreadable',
  'out_of_order',
  'limit',
  'internal',
] as const;
/** Why an event was refused or mended. */
export type InvalidReason = (typeof INVALID_REASONS)[number];

/** What each value of the `reason` label means. */
export const INVALID_REASON_MEANING: Readonly<Record<InvalidReason, string>> = {
  missing_field: 'a required field was absent or empty; the event was dropped',
  wrong_type: 'a field had another type than the contract says; numbers as ids were kept as text, the rest was dropped',
  unknown_value:
    'a state, outcome, decision, approval mode or traceparent outside the contract; the field or event was dropped',
  invalid_number: 'a count was negative, fractional, NaN or infinite; the field or event was dropped',
  invalid_time: 'a time was unreadable, over 5 min in the future or over 10 years past; the time of arrival was used',
  too_long: 'an id or text was over its limit; it was cut, an id with a hash so that it stays distinct',
  control_characters: 'an id held control characters, lone surrogates or a reserved name; it was mended with a hash',
  unreadable: 'reading the event threw (getter, proxy), or `snapshot()` did; the event was dropped',
  out_of_order: 'a second start, finish or decision of one step, or a step of an ended plan; the event was dropped',
  limit: 'more clusters, plans, nodes or moves at once than the package tracks; the event was dropped',
  internal: 'a provider, processor or this package itself threw; only what that sink would have told was lost',
};

/** Label value for an `error_type`, `trigger` or `guardrail` outside its bounded set. */
export const OTHER = '_OTHER';
/** Label value of `plan_id` and `node` for what is folded together past `maxPlans` and `maxNodes`. */
export const FOLDED = '_other';
/** Label value of `trigger` and `approval_mode` for a plan whose creation was never seen. */
export const UNKNOWN = 'unknown';

/** Upper bounds of `mesh_rebalance_phase_duration_seconds` in seconds: 5 s to 48 h. */
export const PHASE_DURATION_BOUNDS = [
  5, 15, 60, 180, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400, 172_800,
] as const;

/** Each label of the metrics: what it says and the set its values come from. */
export const LABELS = {
  namespace: { description: 'Namespace of the controller', values: undefined },
  cluster: { description: 'Cluster that is rebalanced', values: undefined },
  plan_id: { description: 'Id of the plan, or `_other`', values: undefined },
  node: { description: 'Id of the node, or `_other`', values: undefined },
  state: { description: 'State of the controller or plan', values: STATES },
  phase: { description: 'Phase of a plan', values: PHASES },
  outcome: { description: 'End of a plan or step; for `phase="approval"` the decision', values: OUTCOMES },
  decision: { description: 'Answer to a request for approval', values: DECISIONS },
  approval_mode: { description: 'Who approves, or `unknown`', values: [...APPROVAL_MODES, UNKNOWN] },
  trigger: { description: 'What caused the plan: a bounded set with `_OTHER`', values: undefined },
  error_type: { description: 'Why it failed: a bounded set with `_OTHER`', values: undefined },
  guardrail: { description: 'What held the controller back: a bounded set with `_OTHER`', values: undefined },
  trace_id: { description: "The plan's trace: 32 hex digits, empty without tracing", values: undefined },
  reason: { description: 'What was wrong with an event', values: INVALID_REASONS },
} as const satisfies Record<string, { description: string; values: readonly string[] | undefined }>;
/** The name of a label. */
export type Label = keyof typeof LABELS;

/** What a metric is, for the code that emits it and for the people and files that read it. */
export interface MetricDefinition {
  /** Instrument name, which is also the Prometheus name on every delivery path. */
  readonly name: string;
  readonly kind: 'gauge' | 'counter' | 'histogram';
  /** UCUM unit, chosen so that no exporter appends a suffix. */
  readonly unit: string;
  readonly description: string;
  /** The exact label keys; a key marked with `?` in `optional` is absent on some series. */
  readonly labels: readonly Label[];
  /** Labels that only some series of the metric carry. */
  readonly optional?: readonly Label[];
  /** `producer`: from {@link rebalanceMetricProducer}. `meter`: an ordinary instrument of the registered SDK. */
  readonly source: 'producer' | 'meter';
  /** How many series exist at most. P = plans shown, D = drains of those plans, N = nodes, E = error types. */
  readonly bound: string;
  /** When a series of it stops being exported. */
  readonly vanishes: string;
}

const PLAN = ['namespace', 'cluster', 'plan_id'] as const;
const CLUSTER = ['namespace', 'cluster'] as const;
const AFTER_PLAN = '`retention` after the plan ends';
const ON_DISABLE = 'on `disable()`';
const NEVER = 'never (SDK meters keep a set for life)';

/** Every metric of the package. */
export const METRICS = {
  state: {
    name: 'mesh_rebalance_state',
    kind: 'gauge',
    unit: '',
    description:
      'State as 0/1 over all seven states: of a plan with plan_id (a count for plan_id="_other"), of the controller without.',
    labels: [...CLUSTER, 'plan_id', 'state'],
    optional: ['plan_id'],
    source: 'producer',
    bound: '7 P + 7 + 7 for `_other`',
    vanishes: `plan: ${AFTER_PLAN}; controller: ${ON_DISABLE}`,
  },
  shardsMoving: {
    name: 'mesh_rebalance_shards_moving',
    kind: 'gauge',
    unit: '{shard}',
    description: 'Moves in flight.',
    labels: PLAN,
    source: 'producer',
    bound: 'P + 1',
    vanishes: AFTER_PLAN,
  },
  duration: {
    name: 'mesh_rebalance_duration_seconds',
    kind: 'gauge',
    unit: 's',
    description: 'Seconds the plan has spent so far in each phase: live while it runs, final after it ends.',
    labels: [...PLAN, 'phase'],
    source: 'producer',
    bound: '4 P',
    vanishes: AFTER_PLAN,
  },
  planApprovals: {
    name: 'mesh_rebalance_plan_approvals_total',
    kind: 'counter',
    unit: '{approval}',
    description: 'Decisions on requests for approval.',
    labels: [...PLAN, 'decision'],
    source: 'producer',
    bound: '3 P + 3',
    vanishes: AFTER_PLAN,
  },
  planInfo: {
    name: 'mesh_rebalance_plan_info',
    kind: 'gauge',
    unit: '',
    description: 'Always 1; joins a plan to what caused it, who approves it and its trace.',
    labels: [...PLAN, 'trigger', 'approval_mode', 'trace_id'],
    source: 'producer',
    bound: 'P',
    vanishes: AFTER_PLAN,
  },
  planCreated: {
    name: 'mesh_rebalance_plan_created_timestamp_seconds',
    kind: 'gauge',
    unit: 's',
    description: 'Unix time at which the plan was created (the oldest one for plan_id="_other").',
    labels: PLAN,
    source: 'producer',
    bound: 'P + 1',
    vanishes: AFTER_PLAN,
  },
  planStateSince: {
    name: 'mesh_rebalance_plan_state_since_timestamp_seconds',
    kind: 'gauge',
    unit: 's',
    description: 'Unix time at which the plan entered its present state (the oldest one for plan_id="_other").',
    labels: PLAN,
    source: 'producer',
    bound: 'P + 1',
    vanishes: AFTER_PLAN,
  },
  planShards: {
    name: 'mesh_rebalance_plan_shards',
    kind: 'gauge',
    unit: '{shard}',
    description: 'Shards the plan moves in all.',
    labels: PLAN,
    source: 'producer',
    bound: 'P + 1',
    vanishes: AFTER_PLAN,
  },
  planShardsRemaining: {
    name: 'mesh_rebalance_plan_shards_remaining',
    kind: 'gauge',
    unit: '{shard}',
    description: 'Shards the plan has yet to move.',
    labels: PLAN,
    source: 'producer',
    bound: 'P + 1',
    vanishes: AFTER_PLAN,
  },
  drainShards: {
    name: 'mesh_rebalance_drain_shards',
    kind: 'gauge',
    unit: '{shard}',
    description: 'Shards the node gives up in this plan.',
    labels: [...PLAN, 'node'],
    source: 'producer',
    bound: 'D',
    vanishes: AFTER_PLAN,
  },
  drainShardsRemaining: {
    name: 'mesh_rebalance_drain_shards_remaining',
    kind: 'gauge',
    unit: '{shard}',
    description: 'Shards the node has yet to give up in this plan.',
    labels: [...PLAN, 'node'],
    source: 'producer',
    bound: 'D',
    vanishes: AFTER_PLAN,
  },
  nodeShards: {
    name: 'mesh_rebalance_node_shards',
    kind: 'gauge',
    unit: '{shard}',
    description: 'Shards the node owns.',
    labels: [...CLUSTER, 'node'],
    source: 'producer',
    bound: 'N + 1',
    vanishes: 'when a complete ownership report leaves the node out',
  },
  plans: {
    name: 'mesh_rebalance_plans',
    kind: 'gauge',
    unit: '{plan}',
    description: 'Plans by state, folded ones included; an ended plan counts until it retires.',
    labels: [...CLUSTER, 'state'],
    source: 'producer',
    bound: '7',
    vanishes: ON_DISABLE,
  },
  shardsMovingLimit: {
    name: 'mesh_rebalance_shards_moving_limit',
    kind: 'gauge',
    unit: '{shard}',
    description: 'Most moves the policy allows at once; absent until the controller reports its policy.',
    labels: CLUSTER,
    source: 'producer',
    bound: '1',
    vanishes: ON_DISABLE,
  },
  approvalsPending: {
    name: 'mesh_rebalance_approvals_pending',
    kind: 'gauge',
    unit: '{plan}',
    description: 'Plans that wait for a decision.',
    labels: CLUSTER,
    source: 'producer',
    bound: '1',
    vanishes: ON_DISABLE,
  },
  approvalOldestPending: {
    name: 'mesh_rebalance_approval_oldest_pending_timestamp_seconds',
    kind: 'gauge',
    unit: 's',
    description: 'Unix time of the oldest request that waits for a decision, 0 when none does.',
    labels: CLUSTER,
    source: 'producer',
    bound: '1',
    vanishes: ON_DISABLE,
  },
  paused: {
    name: 'mesh_rebalance_paused',
    kind: 'gauge',
    unit: '',
    description: '1 while the controller is paused, else 0.',
    labels: CLUSTER,
    source: 'producer',
    bound: '1',
    vanishes: ON_DISABLE,
  },
  heartbeat: {
    name: 'mesh_rebalance_controller_heartbeat_timestamp_seconds',
    kind: 'gauge',
    unit: 's',
    description: "Unix time of the control loop's last heartbeat; absent before the first.",
    labels: CLUSTER,
    source: 'producer',
    bound: '1',
    vanishes: ON_DISABLE,
  },
  failures: {
    name: 'mesh_rebalance_failures_total',
    kind: 'counter',
    unit: '{failure}',
    description: 'Failed drains, moves and plans (phase="total") by reason.',
    labels: [...CLUSTER, 'phase', 'error_type'],
    source: 'producer',
    bound: '3 (E + 1)',
    vanishes: ON_DISABLE,
  },
  guardrailTrips: {
    name: 'mesh_rebalance_guardrail_trips_total',
    kind: 'counter',
    unit: '{trip}',
    description: 'Times a guardrail held the controller back.',
    labels: [...CLUSTER, 'guardrail'],
    source: 'producer',
    bound: '`maxLabelValues` + 1',
    vanishes: ON_DISABLE,
  },
  phaseDuration: {
    name: 'mesh_rebalance_phase_duration_seconds',
    kind: 'histogram',
    unit: 's',
    description: 'Length of each finished approval, drain, move and plan (phase="total").',
    labels: [...CLUSTER, 'phase', 'outcome'],
    source: 'meter',
    bound: '12 sets of 15 series',
    vanishes: NEVER,
  },
  plansFinished: {
    name: 'mesh_rebalance_plans_finished_total',
    kind: 'counter',
    unit: '{plan}',
    description: 'Plans that ended.',
    labels: [...CLUSTER, 'outcome'],
    source: 'meter',
    bound: '3',
    vanishes: NEVER,
  },
  moves: {
    name: 'mesh_rebalance_moves_total',
    kind: 'counter',
    unit: '{move}',
    description: 'Moves that ended.',
    labels: [...CLUSTER, 'outcome'],
    source: 'meter',
    bound: '3',
    vanishes: NEVER,
  },
  invalidEvents: {
    name: 'mesh_rebalance_invalid_events_total',
    kind: 'counter',
    unit: '{event}',
    description: 'Events of the controller that were refused or mended.',
    labels: [...CLUSTER, 'reason'],
    source: 'meter',
    bound: '11',
    vanishes: NEVER,
  },
} as const satisfies Record<string, MetricDefinition>;

type Metrics = typeof METRICS;
/** The attribute shape of one metric: the compiler refuses a stray or a missing label. */
export type LabelsOf<K extends keyof Metrics> = Readonly<Record<Metrics[K]['labels'][number], string>>;

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

/** `error.type` of a step span that was closed because the step outlived `stepTimeout`. */
export const ERROR_TYPE_STEP_TIMEOUT = 'mesh_rebalance.step_timeout';
/** `error.type` of a step span that was closed by `disable()`. */
export const ERROR_TYPE_INSTRUMENTATION_DISABLED = 'mesh_rebalance.instrumentation_disabled';

/** What a span or log event is. */
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

/** Every log event of the package. Events of a plan stand in its trace context. */
export const EVENTS = {
  stateChanged: {
    name: 'mesh.rebalance.state_changed',
    description: 'A plan or the controller changed its state. WARN when it failed.',
    attributes: [ATTR_STATE, ATTR_STATE_PREVIOUS, ATTR_REASON],
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
  drainProgressed: {
    name: 'mesh.rebalance.drain_progressed',
    description: 'A node gave up shards.',
    attributes: [ATTR_NODE_ID, ATTR_DRAIN_SHARDS, ATTR_DRAIN_SHARDS_REMAINING, ATTR_BYTES],
    bound: '1 per report',
  },
  guardrailTripped: {
    name: 'mesh.rebalance.guardrail_tripped',
    description: 'A guardrail held the controller back. WARN.',
    attributes: [ATTR_GUARDRAIL, ATTR_REASON],
    bound: '1 per trip',
  },
} as const satisfies Record<string, SignalDefinition>;
