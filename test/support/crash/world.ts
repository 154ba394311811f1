import { setTimeout as wait } from 'node:timers/promises';
import type { Random } from '../../../examples/mesh/random.js';
import type { PlanSnapshot, RebalanceEventName, RebalanceSnapshot } from '../../../lib/index.js';

/** Something that has happened, as a controller tells it. */
export interface Fact {
  readonly event: RebalanceEventName;
  readonly payload: Readonly<Record<string, unknown>> & { readonly time: number };
}

const PLAN_ID = 'plan-1';
const NODES = ['node-a', 'node-b'];
const SHARDS_PER_NODE = 8;
const LANES = 2;

/**
 * One plan of a simulated mesh, which goes on whatever becomes of the controller that tells of it: it waits for approval,
 * and drains its nodes, a few shards at a time, of which some fail and are tried again. It takes about three seconds.
 */
export class CrashWorld {
  /** Everything that has happened, in this order. */
  readonly facts: Fact[] = [];
  readonly #random: Random;
  readonly #onFact: (fact: Fact) => void;
  readonly #drains = new Map<string, { startedAt: number; remaining: number }>();
  readonly #moves = new Map<string, { source: string; startedAt: number }>();
  #createdAt = 0;
  #stateSince = 0;
  #approvalSince: number | undefined;

  constructor(random: Random, onFact: (fact: Fact) => void) {
    this.#random = random;
    this.#onFact = onFact;
  }

  /** Plays the plan to its end. */
  async run(): Promise<void> {
    this.#createdAt = this.#tell('planCreated', { trigger: 'node_added', shards: NODES.length * SHARDS_PER_NODE });
    this.#approvalSince = this.#tell('approvalRequested', {});
    await this.#passes(300, 600);
    this.#tell('approvalDecided', { decision: 'approved' });
    this.#approvalSince = undefined;
    for (const node of NODES) await this.#drain(node);
    await this.#passes(50, 200);
    this.#tell('planFinished', { outcome: 'completed' });
  }

  /** The present, as a controller would read it from its store. */
  snapshot(): RebalanceSnapshot {
    const left = [...this.#drains.values()].reduce((sum, { remaining }) => sum + remaining, 0);
    const shards = NODES.length * SHARDS_PER_NODE;
    const plan: PlanSnapshot = {
      planId: PLAN_ID,
      time: this.#createdAt,
      shards,
      shardsRemaining: shards - this.#drains.size * SHARDS_PER_NODE + left,
      stateSince: this.#stateSince,
      approvalRequestedAt: this.#approvalSince,
      drains: [...this.#drains]
        .filter(([, { remaining }]) => remaining > 0)
        .map(([node, { startedAt, remaining }]) => ({
          node,
          shards: SHARDS_PER_NODE,
          shardsRemaining: remaining,
          startedAt,
        })),
      moves: [...this.#moves].map(([shard, move]) => ({ shard, target: 'node-c', ...move })),
    };
    const isLive = this.#createdAt > 0 && this.facts.at(-1)?.event !== 'planFinished';
    return { plans: isLive ? [plan] : [] };
  }

  async #drain(node: string): Promise<void> {
    const drain = {
      startedAt: this.#tell('drainStarted', { node, shards: SHARDS_PER_NODE }),
      remaining: SHARDS_PER_NODE,
    };
    this.#drains.set(node, drain);
    const shards = Array.from({ length: SHARDS_PER_NODE }, (_, index) => `${node}-shard-${index}`);
    const lane = async () => {
      for (let shard = shards.pop(); shard !== undefined; shard = shards.pop()) {
        const hasMoved = await this.#move(node, shard);
        if (hasMoved) this.#tell('drainProgressed', { node, shardsRemaining: --drain.remaining });
        else shards.push(shard);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    this.#tell('drainFinished', { node, outcome: 'completed' });
  }

  async #move(source: string, shard: string): Promise<boolean> {
    const startedAt = this.#tell('moveStarted', { shard, source, target: 'node-c' });
    this.#moves.set(shard, { source, startedAt });
    await this.#passes(80, 320);
    this.#moves.delete(shard);
    const fails = this.#random.chance(0.1);
    this.#tell('moveFinished', {
      shard,
      ...(fails ? { outcome: 'failed', errorType: 'timeout' } : { outcome: 'completed' }),
    });
    return !fails;
  }

  #passes(least: number, most: number): Promise<void> {
    return wait(this.#random.between(least, most));
  }

  /** @returns when it happened, in milliseconds since the Unix epoch */
  #tell(event: RebalanceEventName, payload: object): number {
    const time = Date.now();
    const fact = { event, payload: { planId: PLAN_ID, ...payload, time } };
    this.facts.push(fact);
    this.#onFact(fact);
    return time;
  }
}
