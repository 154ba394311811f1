import type { Move } from './step.js';

/** Failed moves that a plan remembers. */
const MAX_FAILED_MOVES = 50;

/** A move that failed. */
export interface FailedMove {
  readonly shard: string;
  readonly source: string | undefined;
  readonly target: string | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly failedAt: number;
  readonly errorType: string;
}

/** The shards of a plan whose last move failed: the latest ones, each with its last failure. */
export class FailedMoves {
  /** The last failure comes last. Made with the first one, because most plans have none. */
  #byShard: Map<string, FailedMove> | undefined;

  add({ shard, source, target }: Move, errorType: string, failedAt: number): void {
    this.#byShard ??= new Map();
    // Out first: a key that is set again keeps its old place.
    this.#byShard.delete(shard);
    if (this.#byShard.size >= MAX_FAILED_MOVES) this.#byShard.delete(this.#byShard.keys().next().value as string);
    this.#byShard.set(shard, { shard, source, target, failedAt, errorType });
  }

  /** Forgets a shard that has arrived since. */
  makeUpFor(shard: string): void {
    this.#byShard?.delete(shard);
  }

  get(shard: string): FailedMove | undefined {
    return this.#byShard?.get(shard);
  }

  /** The last failure comes first. */
  latest(): FailedMove[] {
    return this.#byShard === undefined ? [] : [...this.#byShard.values()].reverse();
  }
}
