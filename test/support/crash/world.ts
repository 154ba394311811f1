import { setTimeout as wait } from 'node:timers/promises';
import type { Random } from '../../../examples/lab/random.js';
import type {
  DrainSnapshot,
  MoveSnapshot,
  PlanSnapshot,
  RebalanceEventName,
  RebalanceSnapshot,
} from '../../../lib/index.js';

/** Something that has happened, as a controller tells it. */
export interface Fact {
  readonly event: RebalanceEventName;
  readonly payload: Readonly<Record<string, unknown>> & { readonly time: number };
}

const PLAN_ID = 'plan-1';
const NODES = ['node-a', 'node-b'];
const SHARDS_PER_NODE = 8;
const SHARDS = NODES.length * SHARDS_PER_NODE;
const TARGET = 'node-c';
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

  constructor(random: Random, onFact: (fact: Fact) => void) {
    this.#random = random;
    this.#onFact = onFact;
  }

  /** Plays the plan to its end. */
  async run(): Promise<void> {
    this.#tell('planCreated', { trigger: 'node_added', shards: SHARDS });
    this.#tell('approvalRequested', {});
    await this.#passes(300, 600);
    this.#tell('approvalDecided', { decision: 'approved' });
    for (const node of NODES) await this.#drain(node);
    await this.#passes(50, 200);
    this.#tell('planFinished', { outcome: 'completed' });
  }

  async #drain(node: string): Promise<void> {
    this.#tell('drainStarted', { node, shards: SHARDS_PER_NODE });
    let shardsRemaining = SHARDS_PER_NODE;
    const shards = Array.from({ length: SHARDS_PER_NODE }, (_, index) => `${node}-shard-${index}`);
    const lane = async () => {
      for (let shard = shards.pop(); shard !== undefined; shard = shards.pop()) {
        if (await this.#move(node, shard)) this.#tell('drainProgressed', { node, shardsRemaining: --shardsRemaining });
        else shards.push(shard);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    this.#tell('drainFinished', { node, outcome: 'completed' });
  }

  /** @returns whether the shard has moved */
  async #move(source: string, shard: string): Promise<boolean> {
    this.#tell('moveStarted', { shard, source, target: TARGET });
    await this.#passes(80, 320);
    const hasMoved = !this.#random.chance(0.1);
    const ending = hasMoved ? { outcome: 'completed' } : { outcome: 'failed', errorType: 'timeout' };
    this.#tell('moveFinished', { shard, ...ending });
    return hasMoved;
  }

  #passes(least: number, most: number): Promise<void> {
    return wait(this.#random.between(least, most));
  }

  #tell(event: RebalanceEventName, payload: object): void {
    const fact = { event, payload: { planId: PLAN_ID, ...payload, time: Date.now() } };
    this.facts.push(fact);
    this.#onFact(fact);
  }
}

/** What a controller that has told of these facts finds in its store. */
export function snapshotAfter(facts: readonly Fact[]): RebalanceSnapshot {
  const plan: Omit<PlanSnapshot, 'planId'> & { planId?: string } = { shards: SHARDS, shardsRemaining: SHARDS };
  const drains = new Map<unknown, DrainSnapshot>();
  const moves = new Map<unknown, MoveSnapshot>();
  for (const { event, payload } of facts) {
    const { time, node, shard, source, target } = payload as Fact['payload'] & Record<string, string>;
    if (event === 'planCreated') Object.assign(plan, { planId: payload['planId'], time });
    if (event === 'approvalRequested') plan.approvalRequestedAt = time;
    if (event === 'approvalDecided') plan.approvalRequestedAt = undefined;
    if (event === 'drainStarted' && node !== undefined) {
      drains.set(node, { node, shards: SHARDS_PER_NODE, shardsRemaining: SHARDS_PER_NODE, startedAt: time });
    }
    const drain = drains.get(node);
    if (event === 'drainProgressed' && drain !== undefined)
      drain.shardsRemaining = payload['shardsRemaining'] as number;
    if (event === 'drainFinished') drains.delete(node);
    if (event === 'moveStarted' && shard !== undefined) moves.set(shard, { shard, source, target, startedAt: time });
    if (event === 'moveFinished') moves.delete(shard);
    if (event === 'moveFinished' && payload['outcome'] === 'completed')
      plan.shardsRemaining = (plan.shardsRemaining ?? 0) - 1;
    if (event === 'planFinished') return { plans: [] };
  }
  const { planId } = plan;
  return {
    plans: planId === undefined ? [] : [{ ...plan, planId, drains: [...drains.values()], moves: [...moves.values()] }],
  };
}
