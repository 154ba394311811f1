import { APPROVAL_MODES, DECISIONS, OUTCOMES, PHASES, STATES, UNKNOWN } from '../contract/vocabulary.js';
import { INVALID_REASONS } from '../intake/problem.js';

/** Upper bounds of `mesh_rebalance_phase_duration_seconds` in seconds: 5 s to 48 h. */
export const PHASE_DURATION_BOUNDS = [
  5, 15, 60, 180, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400, 172_800,
] as const;

/** Each label of the metrics: what it says and the set its values come from. */
export const LABELS = {
  namespace: { description: 'Namespace of the controller', values: undefined },
  cluster: { description: 'Cluster that is rebalanced', values: undefined },
  plan_id: { description: 'Id of the plan, or `_OTHER`', values: undefined },
  node: { description: 'Id of the node, or `_OTHER`', values: undefined },
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

/** Definition of a metric, for the code that emits it and for the people and files that read it. */
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
  /** Most series that exist. P = plans shown, D = drains of those plans, N = nodes, E = error types. */
  readonly bound: string;
  /** The moment at which a series of it stops being exported. */
  readonly vanishes: string;
}

const PLAN = ['namespace', 'cluster', 'plan_id'] as const;
const CLUSTER = ['namespace', 'cluster'] as const;
const AFTER_PLAN = '`retentionMillis` after the plan ends';
const ON_DISABLE = '`zeroForMillis` after `disable()`';
const NEVER = 'never (SDK meters keep a set for life)';

/** Every metric of the package. */
export const METRICS = {
  // The name is the users' own words, for a plan and for the controller alike; the label plan_id tells them apart.
  state: {
    name: 'mesh_rebalance_state',
    kind: 'gauge',
    unit: '',
    description:
      'State as 0/1 over all seven states: of a plan with plan_id (a count for plan_id="_OTHER"), of the controller without.',
    labels: [...CLUSTER, 'plan_id', 'state'],
    optional: ['plan_id'],
    source: 'producer',
    bound: '7 P + 7 + 7 for `_OTHER`',
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
  // The name is the users' own words: the gauge of one plan, beside the histogram of the cluster in phaseDuration.
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
    description: 'Unix time at which the plan was created (the oldest one for plan_id="_OTHER").',
    labels: PLAN,
    source: 'producer',
    bound: 'P + 1',
    vanishes: AFTER_PLAN,
  },
  planStateSince: {
    name: 'mesh_rebalance_plan_state_since_timestamp_seconds',
    kind: 'gauge',
    unit: 's',
    description: 'Unix time at which the plan entered its present state (the oldest one for plan_id="_OTHER").',
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
    description: 'Events of the controller that were refused or sanitized.',
    labels: [...CLUSTER, 'reason'],
    source: 'meter',
    bound: '11',
    vanishes: NEVER,
  },
} as const satisfies Record<string, MetricDefinition>;

type Metrics = typeof METRICS;
/** The attribute shape of one metric: the compiler refuses a stray or a missing label. */
export type LabelsOf<K extends keyof Metrics> = Readonly<Record<Metrics[K]['labels'][number], string>>;
