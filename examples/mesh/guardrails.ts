import { healthyReplicas } from './health.js';
import type { Shard } from './mesh.js';
import type { Plan } from './plan.js';
import type { Policy } from './policy.js';

/** A reason for which a plan or a move must wait. */
export interface Hold {
  readonly guardrail: 'incident' | 'cooldown' | 'maxConcurrentMoves' | 'minHealthyReplicas';
  readonly reason: string;
}

/** Limits that keep a controller from doing harm. Times are milliseconds since the Unix epoch. */
export class Guardrails {
  /** Subject of the users' own incident, while there is one: no further step is taken. */
  incident: string | undefined;
  /** Moves beyond the policy that somebody has forced. */
  forcedMoves = 0;
  readonly #policy: Policy;
  readonly #reportedAt = new Map<string, number>();
  #lastEndedAt = Number.NEGATIVE_INFINITY;

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  /** The hold on a plan that has not begun, if any. Operators' plans know no cooldown. */
  beginning(plan: Plan, now: number): Hold | undefined {
    if (this.incident !== undefined) return this.#duringIncident();
    const { cooldown } = this.#policy;
    if (plan.trigger === 'operator' || now - this.#lastEndedAt >= cooldown) return undefined;
    return { guardrail: 'cooldown', reason: `a plan ended less than ${cooldown / 1000} s ago` };
  }

  /** The hold on the next move, if any. */
  move(shard: Shard, moving: number): Hold | undefined {
    if (this.incident !== undefined) return this.#duringIncident();
    const { maxConcurrentMoves, minHealthyReplicas } = this.#policy;
    if (moving >= maxConcurrentMoves + this.forcedMoves) {
      return { guardrail: 'maxConcurrentMoves', reason: `${moving} shards are moving` };
    }
    const healthy = healthyReplicas(shard);
    if (healthy >= minHealthyReplicas) return undefined;
    return { guardrail: 'minHealthyReplicas', reason: `${shard.id} has ${healthy} healthy replicas` };
  }

  /** True when a hold of a plan should be reported now: at first, and then after `repeatHoldAfter`. */
  isDue(planId: string, { guardrail }: Hold, now: number): boolean {
    const key = `${planId} ${guardrail}`;
    const reportedAt = this.#reportedAt.get(key);
    // Every larger plan runs at the limit: once is enough.
    if (
      reportedAt !== undefined &&
      (guardrail === 'maxConcurrentMoves' || now - reportedAt < this.#policy.repeatHoldAfter)
    )
      return false;
    this.#reportedAt.set(key, now);
    return true;
  }

  /** Forgets that a hold of a plan was reported, so that the next one is at once. */
  forget(planId: string, guardrail: string): void {
    this.#reportedAt.delete(`${planId} ${guardrail}`);
  }

  /** Begins the cooldown, and forgets the holds of the plan. */
  planEnded(planId: string, now: number): void {
    this.#lastEndedAt = now;
    for (const key of this.#reportedAt.keys()) if (key.startsWith(`${planId} `)) this.#reportedAt.delete(key);
  }

  #duringIncident(): Hold {
    return { guardrail: 'incident', reason: this.incident ?? '' };
  }
}
