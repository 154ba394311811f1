import { DECISIONS, OTHER, PLAN_TIMES, type RebalanceState, STATES, UNKNOWN } from '../contract/vocabulary.js';
import type { Plan } from '../ledger/plan.js';
import type { Ending } from '../ledger/step.js';
import type { Transition } from '../ledger/transition.js';
import { BoundedLabel } from './bounded-label.js';
import { heldBy } from './held-by.js';
import type { ApprovalCounters, NewCounter, PlanCounters } from './plan-counters.js';
import { PlanLabels } from './plan-labels.js';
import { recordOf } from './record-of.js';
import type { SeriesSink } from './series-sink.js';
import { ShownPlans } from './shown-plans.js';

/** Bounds of the series of the plans of a cluster. */
interface PlanSeriesLimits {
  readonly maxPlans: number;
  readonly maxLabelValues: number;
  /** Names of guardrails that are label values of the cluster. */
  readonly guardrails: BoundedLabel;
  /** Reasons of failures that are. */
  readonly errorTypes: BoundedLabel;
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
  readonly #guardrails: BoundedLabel;
  readonly #errorTypes: BoundedLabel;
  /** Labels are made at the first collection: nobody may ever ask for them. */
  readonly #labels = new WeakMap<Plan, PlanLabels>();

  /** @param now milliseconds since the Unix epoch */
  constructor(
    source: PlanSeriesSource,
    { maxPlans, maxLabelValues, guardrails, errorTypes }: PlanSeriesLimits,
    newCounter: NewCounter,
    now: number,
  ) {
    this.#source = source;
    this.#bornAt = now;
    this.#errorTypes = errorTypes;
    this.#plans = new ShownPlans(maxPlans, errorTypes, newCounter);
    this.#guardrails = guardrails;
    this.#triggers = new BoundedLabel(maxLabelValues);
  }

  /** Plans with series of their own, and the counters of each. */
  get shown(): ReadonlyMap<Plan, PlanCounters> {
    return this.#plans.shown;
  }

  /** Counts what has happened. @param now time of arrival, in milliseconds since the Unix epoch */
  record(transition: Transition, now: number): void {
    switch (transition.type) {
      case 'moveClosed':
        return this.#countStep(transition.plan, transition.ending, transition.move.bytes, now);
      case 'drainProgressed':
        return this.#countStep(transition.plan, undefined, transition.drain.bytes, now);
      case 'drainClosed':
        return this.#countStep(transition.plan, transition.ending, transition.drain.bytes, now);
      case 'approvalClosed':
        if (transition.decision !== undefined) this.#plans.countDecision(transition.plan, transition.decision);
        return;
      case 'planOpened':
        this.#resolveTrigger(transition.plan);
        return this.#plans.add(transition.plan, now);
      case 'planLoaded':
        return this.#load(transition.plan, now);
      case 'planAmended':
        return this.#resolveTrigger(transition.plan);
      case 'planRestored':
        for (const { guardrail } of transition.plan.holds.guardrails) this.#guardrails.resolve(guardrail);
        return this.#plans.restore(transition.plan, now);
      case 'planForgotten':
        return this.#plans.delete(transition.plan, now);
    }
  }

  /** Adds the series of a plan with series of its own. @param endsAt when it will be done, where that can be said */
  addPlan(plan: Plan, counters: PlanCounters, sink: SeriesSink, now: number, endsAt: number | undefined): void {
    const labels = this.#labelsOf(plan);
    const { start } = labels;
    for (const state of STATES) sink.gauge('state', labels.state[state], start, plan.state === state ? 1 : 0);
    for (const phase of PLAN_TIMES) sink.gauge('duration', labels.phase[phase], start, plan.seconds(phase, now));
    const trigger = plan.trigger === UNKNOWN ? UNKNOWN : this.#triggers.valueOf(plan.trigger);
    sink.gauge('planInfo', labels.info(trigger, plan, this.#source.traceId(plan)), start, 1);
    addFigures(plan, counters.approvals, labels, sink);
    for (const [errorType, counter] of counters.failures)
      sink.counter('planFailures', labels.failure(errorType), counter);
    if (counters.bytesMoved !== undefined) sink.counter('planBytesMoved', labels.plan, counters.bytesMoved);
    addTime('planProgress', plan.toldProgressAt(now), labels, sink);
    addTime('planEstimatedEnd', endsAt, labels, sink);
    addTime('planOldestMove', plan.oldestMoveStartedAt, labels, sink);
    addTime('planHeldSince', plan.heldSince(now), labels, sink);
    for (const reason of heldBy(plan.heldReasons(now), this.#guardrails)) {
      sink.gauge('planHeld', labels.held(reason), start, 1);
    }
    if (plan.ending !== undefined && plan.endedAt !== undefined) {
      sink.gauge('planEnded', labels.ended(plan.ending.outcome), start, plan.endedAt / 1000);
    }
    for (const drain of plan.drains.values()) {
      const drainLabels = labels.drain(drain.node);
      sink.gauge('drainShards', drainLabels, start, drain.shards);
      sink.gauge('drainShardsRemaining', drainLabels, start, drain.remaining);
      sink.gauge('drainShardsMoving', drainLabels, start, drain.moving);
      const progressAt = plan.drainProgressAt(drain);
      if (progressAt !== undefined) sink.gauge('drainProgress', drainLabels, start, progressAt / 1000);
    }
  }

  /** Adds the series of `plan_id="_OTHER"`, if any plan is folded into it. */
  addFolded(sink: SeriesSink): void {
    const { folded, foldedApprovals } = this.#plans;
    if (foldedApprovals === undefined) return;
    const labels = new PlanLabels(this.#source.namespace, this.#source.cluster, OTHER, this.#bornAt);
    const states = recordOf<RebalanceState, number>(STATES, () => 0);
    const never = Number.POSITIVE_INFINITY;
    const sum = { shardsMoving: 0, shards: 0, shardsRemaining: 0, createdAt: never, stateSince: never };
    for (const plan of folded) {
      states[plan.state] += 1;
      sum.shardsMoving += plan.shardsMoving;
      sum.shards += plan.shards;
      sum.shardsRemaining += plan.shardsRemaining;
      sum.createdAt = Math.min(sum.createdAt, plan.createdAt);
      sum.stateSince = Math.min(sum.stateSince, plan.stateSince);
    }
    for (const state of STATES) sink.gauge('state', labels.state[state], labels.start, states[state]);
    addFigures(sum, foldedApprovals, labels, sink);
  }

  #countStep(plan: Plan, ending: Ending | undefined, bytes: number | undefined, now: number): void {
    const isFailed = ending?.outcome === 'failed';
    if (!isFailed && bytes === undefined) return;
    const counters = this.#plans.shown.get(plan);
    if (counters === undefined) return;
    if (isFailed) counters.countFailure(this.#errorTypes.resolve(ending.failure?.type), now);
    if (bytes !== undefined) counters.raiseBytes(plan.tally.bytes ?? 0, now);
  }

  /** Adds a plan from a process before this one, whose label values take their places anew. */
  #load(plan: Plan, now: number): void {
    this.#resolveTrigger(plan);
    for (const type of plan.tally.failures.keys()) this.#errorTypes.resolve(type);
    for (const { guardrail } of plan.holds.guardrails) this.#guardrails.resolve(guardrail);
    this.#plans.add(plan, now, plan.openedAt);
  }

  #resolveTrigger({ trigger }: Plan): void {
    if (trigger !== UNKNOWN) this.#triggers.resolve(trigger);
  }

  #labelsOf(plan: Plan): PlanLabels {
    let labels = this.#labels.get(plan);
    if (labels === undefined) {
      labels = new PlanLabels(this.#source.namespace, this.#source.cluster, plan.id, plan.createdAt);
      this.#labels.set(plan, labels);
    }
    return labels;
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

function addTime(
  key: 'planProgress' | 'planEstimatedEnd' | 'planOldestMove' | 'planHeldSince',
  at: number | undefined,
  { plan, start }: PlanLabels,
  sink: SeriesSink,
): void {
  if (at !== undefined) sink.gauge(key, plan, start, at / 1000);
}

function addFigures(figures: Figures, approvals: ApprovalCounters, labels: PlanLabels, sink: SeriesSink): void {
  const { plan, start } = labels;
  for (const decision of DECISIONS) sink.counter('planApprovals', labels.decision[decision], approvals[decision]);
  sink.gauge('shardsMoving', plan, start, figures.shardsMoving);
  sink.gauge('planCreated', plan, start, figures.createdAt / 1000);
  sink.gauge('planStateSince', plan, start, figures.stateSince / 1000);
  sink.gauge('planShards', plan, start, figures.shards);
  sink.gauge('planShardsRemaining', plan, start, figures.shardsRemaining);
}
