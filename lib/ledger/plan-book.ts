import type { ParsedEvent } from '../intake/parsed-event.js';
import { Plan, type PlanSurroundings } from './plan.js';
import { PlanStates } from './plan-states.js';
import { LIVE_PER_KEPT, PLAN_ENDED, type Refuse, TOO_MANY_PLANS } from './refusal.js';
import { Resumption } from './resumption.js';
import type { SavedPlan } from './saved-plan.js';
import type { Transition } from './transition.js';

/** Limits of the plans of a cluster. Times in milliseconds. */
export interface PlanLimits {
  /** Plans kept; ended ones give way to others first, and live ones may be {@link LIVE_PER_KEPT} times as many. */
  readonly maxPlans: number;
  readonly retentionMillis: number;
}

type PlanEvent = Pick<ParsedEvent, 'event' | 'at'> & { readonly planId: string };

/** The plans of one cluster: which are tracked, and for how long. */
export class PlanBook {
  /** Every plan that is tracked, by id: live ones, and ended ones until they retire. */
  readonly plans = new Map<string, Plan>();
  readonly states: PlanStates;
  /** Since when the controller takes no steps, on any plan. */
  pausedSince: number | undefined;
  /** Remains of a process before this one that are still waited for. */
  resumption: Resumption | undefined;
  readonly #limits: PlanLimits;
  readonly #surroundings: PlanSurroundings;
  readonly #observe: (transition: Transition) => void;
  readonly #refuse: Refuse;
  /** Ended plans in the order of their retirement. */
  readonly #ended = new Set<Plan>();
  #seenAt = Number.NEGATIVE_INFINITY;

  constructor(
    limits: PlanLimits,
    surroundings: PlanSurroundings,
    observe: (transition: Transition) => void,
    refuse: Refuse,
  ) {
    this.states = new PlanStates(observe);
    this.#limits = limits;
    this.#surroundings = surroundings;
    this.#observe = observe;
    this.#refuse = refuse;
  }

  /** The plans that have not ended. */
  *live(): Generator<Plan> {
    for (const plan of this.plans.values()) if (plan.live) yield plan;
  }

  /** The live plan of an event; one that was never seen is adopted. Reports an event of an ended plan. */
  of({ planId, event, at }: PlanEvent, now: number): Plan | undefined {
    const plan = this.plans.get(planId);
    if (plan?.live) {
      this.resumption?.name(plan);
      return plan;
    }
    if (plan !== undefined) return this.#refuse('out_of_order', event, 'planId', PLAN_ENDED, planId);
    const adopted = this.add(planId, event, at, true, now);
    if (adopted === undefined) return undefined;
    this.#observe({ type: 'planOpened', at, plan: adopted, traceparent: undefined });
    this.states.enter(adopted, 'rebalancePending', at, now, undefined);
    return adopted;
  }

  /** A new plan. Reports an event that there is no room for. */
  add(id: string, event: string, createdAt: number, seenLate: boolean, now: number): Plan | undefined {
    this.retire(now);
    const { maxPlans } = this.#limits;
    if (this.plans.size >= maxPlans) this.#dropOldestEnded(now);
    if (this.plans.size >= maxPlans * LIVE_PER_KEPT) {
      return this.#refuse('limit', event, 'planId', TOO_MANY_PLANS, this.plans.size);
    }
    const plan = new Plan(id, createdAt, seenLate, this.#surroundings, now);
    if (this.pausedSince !== undefined) plan.course.pause(Math.max(createdAt, this.pausedSince));
    this.plans.set(id, plan);
    return plan;
  }

  /** Takes over the plans that a process before this one has saved, as far as there is room for them. */
  load(saved: readonly SavedPlan[], lostAt: number, now: number): void {
    const resumption = new Resumption(lostAt, now);
    let moving = 0;
    const plans = saved.map((plan) => Plan.load(plan, this.#surroundings, lostAt));
    for (const plan of plans) this.#shorten(plan, now);
    plans.sort((a, b) => a.retireAt - b.retireAt);
    for (const plan of plans) {
      if (this.plans.has(plan.id) || this.plans.size >= this.#limits.maxPlans * LIVE_PER_KEPT) continue;
      this.plans.set(plan.id, plan);
      if (plan.live) {
        resumption.add(plan);
        moving += plan.shardsMoving;
      } else {
        this.#ended.add(plan);
      }
      this.#observe({ type: 'planLoaded', at: now, plan });
    }
    // A plan and what the plans share are saved one after the other, and something may happen in between.
    this.#surroundings.slots.takeLoaded(moving, lostAt);
    for (const plan of this.live()) {
      if (this.pausedSince === undefined) plan.course.resume(lostAt, lostAt);
      else plan.course.pause(this.pausedSince);
    }
    this.resumption = resumption;
  }

  pause(at: number): void {
    this.pausedSince ??= at;
    for (const plan of this.live()) plan.course.pause(at);
  }

  resume(at: number, now: number): void {
    this.pausedSince = undefined;
    for (const plan of this.live()) plan.course.resume(at, now);
  }

  /** Keeps an ended plan for its retention, unless there are too many. */
  keepEnded(plan: Plan, now: number): void {
    this.#follow(now);
    plan.retireAt = now + this.#limits.retentionMillis;
    this.#ended.add(plan);
    if (this.plans.size > this.#limits.maxPlans) this.#dropOldestEnded(now);
  }

  /** Drops the plans whose retention is over. */
  retire(now: number): void {
    this.#follow(now);
    for (const plan of this.#ended) {
      if (plan.retireAt > now) break;
      this.drop(plan, now);
    }
  }

  /** Forgets the plans that run, which another controller goes on with. */
  forgetLive(now: number): void {
    const { slots } = this.#surroundings;
    for (const plan of this.live()) {
      for (let moves = plan.shardsMoving; moves > 0; moves -= 1) slots.free(now);
      this.drop(plan, now, this.resumption?.isUnnamed(plan) ? this.resumption.lostAt : now);
    }
  }

  /** @param at last time at which anything was known of the plan */
  drop(plan: Plan, now: number, at = now): void {
    this.plans.delete(plan.id);
    this.#ended.delete(plan);
    if (this.plans.size === 0) this.states.implied = 'steady';
    this.#observe({ type: 'planForgotten', at, plan });
  }

  /** Notices a clock that was set back. */
  #follow(now: number): void {
    if (now < this.#seenAt) for (const plan of this.#ended) this.#shorten(plan, now);
    this.#seenAt = now;
  }

  /** A clock set back must not keep plans for longer than their retention. */
  #shorten(plan: Plan, now: number): void {
    plan.retireAt = Math.min(plan.retireAt, now + this.#limits.retentionMillis);
  }

  /** A plan that still runs is worth more than the last values of one that has ended. */
  #dropOldestEnded(now: number): void {
    const [oldest] = this.#ended;
    if (oldest !== undefined) this.drop(oldest, now);
  }
}
