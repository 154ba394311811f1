import { DECISIONS, OTHER, PHASES, type RebalanceState, STATES, UNKNOWN } from '../contract/vocabulary.js';
import type { Plan } from '../ledger/plan.js';
import type { Transition } from '../ledger/transition.js';
import { BoundedLabel } from './bounded-label.js';
import type { MetricDataBuilder } from './metric-data.js';
import { PlanLabels } from './plan-labels.js';
import { recordOf } from './record-of.js';
import { type ApprovalCounters, type NewCounter, ShownPlans } from './shown-plans.js';

/** Bounds of the series of the plans of a cluster. */
interface PlanSeriesLimits {
  readonly maxPlans: number;
  readonly maxLabelValues: number;
}

/** Inputs of the series of the plans of a cluster. */
interface PlanSeriesSource {
  readonly namespace: string;
  readonly cluster: string;
  /** 32 hex digits, or empty without tracing. */
  readonly traceId: (plan: Plan) => string;
}

/** The series of the plans of one cluster: which plans have any, and what stands in them. */
export class PlanSeries {
  readonly #source: PlanSeriesSource;
  readonly #bornAt: number;
  readonly #plans: ShownPlans;
  readonly #triggers: BoundedLabel;
  readonly #triggerOf = new WeakMap<Plan, string>();
  /** Attribute objects are made at the first collection: nobody may ever ask for them. */
  readonly #labels = new WeakMap<Plan, PlanLabels>();

  /** @param now milliseconds since the Unix epoch */
  constructor(
    source: PlanSeriesSource,
    { maxPlans, maxLabelValues }: PlanSeriesLimits,
    newCounter: NewCounter,
    now: number,
  ) {
    this.#source = source;
    this.#bornAt = now;
    this.#plans = new ShownPlans(maxPlans, newCounter);
    this.#triggers = new BoundedLabel(maxLabelValues);
  }

  /** Plans with series of their own, and the decisions on each. */
  get shown(): ReadonlyMap<Plan, ApprovalCounters> {
    return this.#plans.shown;
  }

  /** Counts what has happened. @param now time of arrival, in milliseconds since the Unix epoch */
  record(transition: Transition, now: number): void {
    switch (transition.type) {
      case 'approvalClosed':
        if (transition.decision !== undefined) this.#plans.countDecision(transition.plan, transition.decision);
        return;
      case 'planOpened':
        this.#resolveTrigger(transition.plan);
        return this.#plans.add(transition.plan, now);
      case 'planRestored':
        this.#resolveTrigger(transition.plan);
        return this.#plans.restore(transition.plan, now);
      case 'planAmended':
        return this.#resolveTrigger(transition.plan);
      case 'planForgotten':
        return this.#plans.delete(transition.plan, now);
    }
  }

  /** Adds the series of a plan with series of its own. */
  addPlan(plan: Plan, approvals: ApprovalCounters, builder: MetricDataBuilder, now: number): void {
    const labels =
      this.#labels.get(plan) ?? new PlanLabels(this.#source.namespace, this.#source.cluster, plan.id, plan.createdAt);
    this.#labels.set(plan, labels);
    const { start } = labels;
    for (const state of STATES) builder.gauge('state', labels.state[state], start, plan.state === state ? 1 : 0);
    for (const phase of PHASES) builder.gauge('duration', labels.phase[phase], start, plan.seconds(phase, now));
    const trigger = this.#triggerOf.get(plan) ?? UNKNOWN;
    builder.gauge('planInfo', labels.info(trigger, plan, this.#source.traceId(plan)), start, 1);
    addFigures(plan, approvals, labels, builder);
    for (const drain of plan.drains.values()) {
      const drainLabels = labels.drain(drain.node);
      builder.gauge('drainShards', drainLabels, start, drain.shards);
      builder.gauge('drainShardsRemaining', drainLabels, start, drain.remaining);
    }
  }

  /** Adds the series of `plan_id="_OTHER"`, if any plan is folded into it. */
  addFolded(builder: MetricDataBuilder): void {
    const { folded, foldedApprovals } = this.#plans;
    const [first] = folded;
    if (first === undefined || foldedApprovals === undefined) return;
    const labels = new PlanLabels(this.#source.namespace, this.#source.cluster, OTHER, this.#bornAt);
    const states = recordOf<RebalanceState, number>(STATES, () => 0);
    const { createdAt, stateSince } = first;
    const sum = { shardsMoving: 0, shards: 0, shardsRemaining: 0, createdAt, stateSince };
    for (const plan of folded) {
      states[plan.state] += 1;
      sum.shardsMoving += plan.shardsMoving;
      sum.shards += plan.shards;
      sum.shardsRemaining += plan.shardsRemaining;
      sum.createdAt = Math.min(sum.createdAt, plan.createdAt);
      sum.stateSince = Math.min(sum.stateSince, plan.stateSince);
    }
    for (const state of STATES) builder.gauge('state', labels.state[state], labels.start, states[state]);
    addFigures(sum, foldedApprovals, labels, builder);
  }

  #resolveTrigger(plan: Plan): void {
    this.#triggerOf.set(plan, plan.trigger === UNKNOWN ? UNKNOWN : this.#triggers.resolve(plan.trigger));
  }
}

/** Figures that a plan and the sum of the folded plans have in common. Times in milliseconds since the Unix epoch. */
interface Figures {
  readonly shardsMoving: number;
  readonly shards: number;
  readonly shardsRemaining: number;
  readonly createdAt: number;
  readonly stateSince: number;
}

function addFigures(
  figures: Figures,
  approvals: ApprovalCounters,
  labels: PlanLabels,
  builder: MetricDataBuilder,
): void {
  const { plan, start } = labels;
  for (const decision of DECISIONS) builder.counter('planApprovals', labels.decision[decision], approvals[decision]);
  builder.gauge('shardsMoving', plan, start, figures.shardsMoving);
  builder.gauge('planCreated', plan, start, figures.createdAt / 1000);
  builder.gauge('planStateSince', plan, start, figures.stateSince / 1000);
  builder.gauge('planShards', plan, start, figures.shards);
  builder.gauge('planShardsRemaining', plan, start, figures.shardsRemaining);
}
