import { healthyReplicas } from './health.js';
import type { Shard } from './mesh.js';
import type { Plan } from './plan.js';
import type { Policy } from './policy.js';

/** Why a plan or a move must wait. */
export interface Hold {
  readonly guardrail: 'incident' | 'cooldown' | 'maxConcurrentMoves' | 'minHealthyReplicas';
  readonly reason: string;
}

/** What keeps a controller from doing harm. Times are milliseconds since the Unix epoch. */
export class Guardrails {
  /** What the users' own incident is about, while there is one: no further step is taken. */
  incident: string | undefined;
  /** Moves beyond the policy that somebody has forced. */
  forcedMoves = 0;
  readonly #policy: Policy;
  readonly #toldAt = new Map<string, number>();
  #lastEndedAt = Number.NEGATIVE_INFINITY;

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  /** What holds back a plan that has not begun. Operators' plans know no cooldown. */
  beginning(plan: Plan, now: number): Hold | undefined {
    if (this.incident !== undefined) return this.#duringIncident();
    const { cooldown } = this.#policy;
    if (plan.trigger === 'operator' || now - this.#lastEndedAt >= cooldown) return undefined;
    return { guardrail: 'cooldown', reason: `a plan ended less than ${cooldown / 1000} s ago` };
  }

  /** What holds back the next move. */
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

  /** Whether a hold of a plan should be told now: at first, and then once a minute. */
  mayTell(planId: string, { guardrail }: Hold, now: number): boolean {
    const key = `${planId} ${guardrail}`;
    const toldAt = this.#toldAt.get(key);
    // To move no more than allowed is how every larger plan runs: once is enough.
    if (toldAt !== undefined && (guardrail === 'maxConcurrentMoves' || now - toldAt < this.#policy.repeatHoldAfter))
      return false;
    this.#toldAt.set(key, now);
    return true;
  }

  /** Begins the cooldown, and forgets what was told of the plan. */
  planEnded(planId: string, now: number): void {
    this.#lastEndedAt = now;
    for (const key of this.#toldAt.keys()) if (key.startsWith(`${planId} `)) this.#toldAt.delete(key);
  }

  #duringIncident(): Hold {
    return { guardrail: 'incident', reason: this.incident ?? '' };
  }
}
