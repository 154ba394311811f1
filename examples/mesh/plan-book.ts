import { type HoldView, type PlanView, Refusal } from '../operator/controllable.js';
import { isLive, type Plan } from './plan.js';
import type { PlanStore } from './plan-store.js';
import { viewOf } from './plan-views.js';

/** Plans that are remembered after their end, dry runs included. */
const REMEMBERED = 50;

/** The plans of one controller. Live ones are saved, and taken up again by the next controller. */
export class PlanBook {
  readonly #store: PlanStore;
  readonly #namespace: string;
  readonly #cluster: string;
  /** Oldest first. */
  readonly #plans = new Map<string, Plan>();

  constructor(store: PlanStore, namespace: string, cluster: string) {
    this.#store = store;
    this.#namespace = namespace;
    this.#cluster = cluster;
  }

  /** Takes up the live plans of the controller before. */
  load(): void {
    for (const plan of this.#store.load()) this.#plans.set(plan.id, asLeft(plan));
  }

  /** Leaves them to the controller that follows. */
  clear(): void {
    this.#plans.clear();
  }

  /** An id that no plan of the process has had. */
  nextId(): string {
    return `${this.#namespace}-${this.#cluster}-${String(this.#store.nextNumber()).padStart(4, '0')}`;
  }

  add(plan: Plan): void {
    this.#plans.set(plan.id, plan);
    if (isLive(plan)) this.#store.save(plan);
    else this.#forgetOldest();
  }

  save(plan: Plan): void {
    if (isLive(plan)) return this.#store.save(plan);
    this.#store.delete(plan.id);
    this.#forgetOldest();
  }

  live(): Plan[] {
    return [...this.#plans.values()].filter(isLive);
  }

  /** Nodes that live plans drain, and nodes between which they even out, each with the id of a plan that does. */
  busyNodes(): Map<string, string> {
    const busy = new Map<string, string>();
    for (const { id, drains, moves } of this.live()) {
      for (const { node } of drains) busy.set(node, id);
      if (drains.length > 0) continue;
      for (const { source, target } of moves) busy.set(source, id).set(target, id);
    }
    return busy;
  }

  /** @throws Refusal unless the plan waits for a decision */
  waiting(planId: string): Plan {
    const plan = this.#known(planId);
    if (plan.approval !== undefined) return plan;
    const why = plan.dryRun ? 'is a dry run' : `does not wait for a decision: it is ${plan.outcome ?? plan.state}`;
    throw new Refusal('conflict', `plan ${planId} ${why}`);
  }

  /** @throws Refusal unless the plan is live */
  unfinished(planId: string): Plan {
    const plan = this.#known(planId);
    if (isLive(plan)) return plan;
    throw new Refusal('conflict', `plan ${planId} ${plan.dryRun ? 'is a dry run' : `has ended: ${plan.outcome}`}`);
  }

  view(plan: Plan, held: readonly HoldView[]): PlanView {
    return viewOf(plan, this.#namespace, this.#cluster, held);
  }

  /** Newest first. */
  all(): Plan[] {
    return [...this.#plans.values()].reverse();
  }

  #known(planId: string): Plan {
    const plan = this.#plans.get(planId);
    if (plan === undefined) {
      throw new Refusal('unknown_plan', `no plan ${planId}; list the plans, ended ones are forgotten after a while`);
    }
    return plan;
  }

  #forgetOldest(): void {
    const ended = [...this.#plans.values()].filter((plan) => !isLive(plan));
    for (const plan of ended.slice(0, Math.max(0, ended.length - REMEMBERED))) this.#plans.delete(plan.id);
  }
}

/** A plan as a crash left it: what was under way has to be begun again. */
function asLeft(plan: Plan): Plan {
  for (const move of plan.moves) {
    if (move.status !== 'moving') continue;
    move.status = 'waiting';
    move.since = undefined;
  }
  for (const drain of plan.drains) if (drain.outcome === undefined) drain.startedAt = undefined;
  return plan;
}
