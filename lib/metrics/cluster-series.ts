import type { HrTime } from '@opentelemetry/api';
import {
  DECISIONS,
  type Decision,
  FOLDED,
  PHASES,
  type Phase,
  type RebalanceState,
  STATES,
  UNKNOWN,
} from '../contract/vocabulary.js';
import type { Ledger } from '../ledger/ledger.js';
import type { ApprovalCounters, Plan } from '../ledger/plan.js';
import { hrTime } from '../otel/hr-time.js';
import type { LabelsOf } from './definitions.js';
import type { MetricBatch } from './metric-data.js';
import { tableOf } from './record-of.js';

/** One cluster of one instrumented controller, as its series are made of it. */
export interface MetricSource {
  readonly namespace: string;
  readonly cluster: string;
  readonly ledger: Ledger;
  /** Milliseconds since the Unix epoch. */
  readonly bornAt: number;
  /** Milliseconds. */
  readonly zeroFor: number;
  /** Brings the source up to date. Returns the time in milliseconds since the Unix epoch. */
  prepare(): number;
  /** 32 hex digits, or empty without tracing. */
  traceId(plan: Plan): string;
}

const labelsByPlan = new WeakMap<Plan, PlanLabels>();

/** Adds the series that a cluster has whatever plans there are. */
export function addCluster({ namespace, cluster, ledger, bornAt }: MetricSource, batch: MetricBatch): void {
  const labels = Object.freeze({ namespace, cluster });
  const start = hrTime(bornAt);
  const plans = tableOf(STATES, () => 0);
  let pending = 0;
  let oldest = Number.POSITIVE_INFINITY;
  for (const plan of ledger.plans.values()) {
    plans[plan.state] += 1;
    if (plan.approvalSince === undefined) continue;
    pending += 1;
    oldest = Math.min(oldest, plan.approvalSince);
  }
  for (const state of STATES) {
    const stateLabels = { ...labels, state };
    batch.gauge('state', stateLabels, start, ledger.state === state ? 1 : 0);
    batch.gauge('plans', stateLabels, start, plans[state]);
  }
  batch.gauge('approvalsPending', labels, start, pending);
  batch.gauge('approvalOldestPending', labels, start, pending === 0 ? 0 : oldest / 1000);
  batch.gauge('paused', labels, start, ledger.paused ? 1 : 0);
  if (ledger.heartbeatAt !== undefined) batch.gauge('heartbeat', labels, start, ledger.heartbeatAt / 1000);
  if (ledger.maxConcurrentMoves !== undefined) {
    batch.gauge('shardsMovingLimit', labels, start, ledger.maxConcurrentMoves);
  }
  for (const [node, shards] of ledger.nodes) batch.gauge('nodeShards', { ...labels, node }, start, shards);
  for (const [phase, counters] of ledger.failures) {
    for (const [error_type, counter] of counters) batch.counter('failures', { ...labels, phase, error_type }, counter);
  }
  for (const [guardrail, counter] of ledger.guardrailTrips) {
    batch.counter('guardrailTrips', { ...labels, guardrail }, counter);
  }
}

/** Adds the series of a plan that is shown. */
export function addPlan(source: MetricSource, plan: Plan, batch: MetricBatch, now: number): void {
  const { namespace, cluster, ledger } = source;
  const labels = labelsByPlan.get(plan) ?? new PlanLabels(namespace, cluster, plan.id, plan.createdAt);
  labelsByPlan.set(plan, labels);
  const { start } = labels;
  for (const state of STATES) batch.gauge('state', labels.state[state], start, plan.state === state ? 1 : 0);
  for (const phase of PHASES) batch.gauge('duration', labels.phase[phase], start, plan.seconds(phase, now));
  const trigger = plan.trigger === UNKNOWN ? UNKNOWN : ledger.triggers.admit(plan.trigger);
  batch.gauge('planInfo', labels.info(trigger, plan, source.traceId(plan)), start, 1);
  addFigures(plan, labels, start, batch);
  for (const drain of plan.drains.values()) {
    const drainLabels = labels.drain(drain.node);
    batch.gauge('drainShards', drainLabels, start, drain.shards);
    batch.gauge('drainShardsRemaining', drainLabels, start, drain.remaining);
  }
}

/** Adds the series of `plan_id="_other"`, if any plan is folded into it. */
export function addFolded({ namespace, cluster, ledger, bornAt }: MetricSource, batch: MetricBatch): void {
  const [first] = ledger.folded;
  if (first === undefined) return;
  const labels = new PlanLabels(namespace, cluster, FOLDED, bornAt);
  const states = tableOf<RebalanceState, number>(STATES, () => 0);
  const sum = {
    approvals: ledger.foldedApprovals,
    shardsMoving: 0,
    shards: 0,
    shardsRemaining: 0,
    createdAt: first.createdAt,
    stateSince: first.stateSince,
  };
  for (const plan of ledger.folded) {
    states[plan.state] += 1;
    sum.shardsMoving += plan.shardsMoving;
    sum.shards += plan.shards;
    sum.shardsRemaining += plan.shardsRemaining;
    sum.createdAt = Math.min(sum.createdAt, plan.createdAt);
    sum.stateSince = Math.min(sum.stateSince, plan.stateSince);
  }
  for (const state of STATES) batch.gauge('state', labels.state[state], labels.start, states[state]);
  addFigures(sum, labels, labels.start, batch);
}

/** What a plan and the sum of the folded plans have in common. Times in milliseconds since the Unix epoch. */
interface Figures {
  readonly approvals: ApprovalCounters | undefined;
  readonly shardsMoving: number;
  readonly shards: number;
  readonly shardsRemaining: number;
  readonly createdAt: number;
  readonly stateSince: number;
}

function addFigures(figures: Figures, labels: PlanLabels, start: HrTime, batch: MetricBatch): void {
  const { approvals } = figures;
  if (approvals !== undefined) {
    for (const decision of DECISIONS) batch.counter('planApprovals', labels.decision[decision], approvals[decision]);
  }
  batch.gauge('shardsMoving', labels.plan, start, figures.shardsMoving);
  batch.gauge('planCreated', labels.plan, start, figures.createdAt / 1000);
  batch.gauge('planStateSince', labels.plan, start, figures.stateSince / 1000);
  batch.gauge('planShards', labels.plan, start, figures.shards);
  batch.gauge('planShardsRemaining', labels.plan, start, figures.shardsRemaining);
}

/** The frozen attribute objects of one plan, made once: they are most of what a collection would otherwise cost. */
export class PlanLabels {
  readonly start: HrTime;
  readonly plan: LabelsOf<'shardsMoving'>;
  readonly state: Readonly<Record<RebalanceState, LabelsOf<'state'>>>;
  readonly phase: Readonly<Record<Phase, LabelsOf<'duration'>>>;
  readonly decision: Readonly<Record<Decision, LabelsOf<'planApprovals'>>>;
  readonly #drains = new Map<string, LabelsOf<'drainShards'>>();
  #info: LabelsOf<'planInfo'> | undefined;

  /** @param createdAt milliseconds since the Unix epoch */
  constructor(namespace: string, cluster: string, plan_id: string, createdAt: number) {
    const plan = Object.freeze({ namespace, cluster, plan_id });
    this.start = hrTime(createdAt);
    this.plan = plan;
    this.state = tableOf(STATES, (state) => Object.freeze({ ...plan, state }));
    this.phase = tableOf(PHASES, (phase) => Object.freeze({ ...plan, phase }));
    this.decision = tableOf(DECISIONS, (decision) => Object.freeze({ ...plan, decision }));
  }

  drain(node: string): LabelsOf<'drainShards'> {
    let labels = this.#drains.get(node);
    if (labels === undefined) {
      labels = Object.freeze({ ...this.plan, node });
      this.#drains.set(node, labels);
    }
    return labels;
  }

  info(trigger: string, { approvalMode: approval_mode }: Plan, trace_id: string): LabelsOf<'planInfo'> {
    const last = this.#info;
    if (last?.trigger === trigger && last.approval_mode === approval_mode && last.trace_id === trace_id) return last;
    this.#info = Object.freeze({ ...this.plan, trigger, approval_mode, trace_id });
    return this.#info;
  }
}
