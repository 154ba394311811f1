import type { MeshController } from '../../examples/mesh/controller.js';
import { REBALANCE_EVENT_NAMES, type RebalanceEventName, type RebalanceHandle } from '../../lib/index.js';
import { parseEvent } from '../../lib/intake/parse-event.js';
import { parseSnapshot } from '../../lib/intake/parse-snapshot.js';
import { PayloadReader } from '../../lib/intake/payload-reader.js';
import { isRestored } from '../../lib/intake/restored-facts.js';
import { Ledger } from '../../lib/ledger/ledger.js';
import type { Plan } from '../../lib/ledger/plan.js';

/** Shares of a plan's shards at which its end is guessed. */
export const SHARES = [0.25, 0.5, 0.75] as const;
/** Ways to guess an end: two estimates of the package, and what anybody can work out from the progress so far. */
export type Guess = 'bySize' | 'byShards' | 'paceSoFar';

/** What was guessed of a plan at one moment, and what came true. Times in milliseconds since the Unix epoch. */
export interface Tried extends Readonly<Record<Guess, number | undefined>> {
  readonly share: number;
  readonly at: number;
  readonly endedAt: number;
}

const RECENTLY = 10 * 60_000;
const LIMITS = { maxPlans: 500, maxNodes: 1_000, retentionMillis: 900_000, holdForMillis: 600_000 };

/** Follows the controllers of one cluster, and asks at each share of a plan's shards when it will be done. */
export class EstimateWatch {
  readonly tried: Tried[] = [];
  /** Scrapes of plans of which something had moved in the last ten minutes, and those that had an estimate. */
  moments = 0;
  present = 0;
  readonly #clock: () => number;
  readonly #open = new Map<string, Omit<Tried, 'endedAt'>[]>();
  readonly #movedAt = new Map<string, number>();
  #bySize = newLedger();
  #byShards = newLedger();

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Follows a controller, or the one that takes over after a crash. */
  follow(controller: MeshController): RebalanceHandle {
    const read = new PayloadReader();
    const now = this.#clock();
    this.#bySize = newLedger();
    this.#byShards = newLedger();
    for (const ledger of [this.#bySize, this.#byShards]) {
      for (const parsed of parseSnapshot(controller.snapshot(), now, () => {}).events) {
        if (isRestored(parsed)) ledger.restore(parsed, now);
        else ledger.apply(parsed, now);
      }
    }
    for (const event of REBALANCE_EVENT_NAMES) {
      controller.on(event, (payload: object = {}) => {
        this.#apply(this.#bySize, read, event, payload);
        this.#apply(this.#byShards, read, event, { ...payload, bytes: undefined });
      });
    }
    controller.on('moveFinished', ({ planId, outcome }) => {
      if (outcome === 'completed') this.#moved(planId);
    });
    controller.on('planFinished', ({ planId, outcome }) => this.#ended(planId, outcome === 'completed'));
    return {
      disable() {},
      [Symbol.dispose]() {},
      async forceFlush() {},
      traceparent: () => undefined,
      explain: () => undefined,
    };
  }

  /** Looks at the live plans as a scrape does. */
  look(): void {
    const now = this.#clock();
    const ends = this.#bySize.estimatedEnds(now);
    for (const plan of this.#bySize.plans.values()) {
      if (!plan.live || now - (this.#movedAt.get(plan.id) ?? 0) > RECENTLY) continue;
      this.moments += 1;
      if (ends.has(plan)) this.present += 1;
    }
  }

  #apply(ledger: Ledger, read: PayloadReader, event: RebalanceEventName, payload: unknown): void {
    const now = this.#clock();
    const parsed = parseEvent(read, event, payload, now);
    if (parsed !== undefined) ledger.apply(parsed, now);
  }

  #moved(planId: string): void {
    const at = this.#clock();
    this.#movedAt.set(planId, at);
    const plan = this.#bySize.plans.get(planId);
    if (plan === undefined || plan.shardsRemaining === 0) return;
    const moments = this.#open.get(planId) ?? [];
    this.#open.set(planId, moments);
    const moved = 1 - plan.shardsRemaining / plan.shards;
    for (const share of SHARES) {
      if (moved < share || moments.some((moment) => moment.share === share)) continue;
      const bySize = this.#bySize.estimatedEnds(at).get(plan);
      const twin = this.#byShards.plans.get(planId);
      const byShards = twin && this.#byShards.estimatedEnds(at).get(twin);
      moments.push({ share, at, bySize, byShards, paceSoFar: paceSoFar(plan, at) });
    }
  }

  #ended(planId: string, isDone: boolean): void {
    const endedAt = this.#clock();
    if (isDone) this.tried.push(...(this.#open.get(planId) ?? []).map((moment) => ({ ...moment, endedAt })));
    this.#open.delete(planId);
    this.#movedAt.delete(planId);
  }
}

function newLedger(): Ledger {
  return new Ledger(
    LIMITS,
    () => {},
    () => {},
  );
}

/** The shards left by those moved for each second at work. */
function paceSoFar(plan: Plan, at: number): number {
  const moved = plan.shards - plan.shardsRemaining;
  return at + (plan.shardsRemaining / moved) * plan.seconds('work', at) * 1_000;
}
