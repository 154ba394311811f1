import { OTHER } from '../contract/vocabulary.js';
import { keyAmong } from '../ledger/key-among.js';
import type { Move } from '../ledger/step.js';
import { DIRECTIONS, type Direction } from './labels.js';
import type { NewCounter } from './plan-counters.js';
import type { ZeroFirstCounter } from './zero-first-counter.js';

/** Moves that have completed by the node that gave or took the shard, for at most so many nodes. */
export class NodeMoves {
  readonly #counters = new Map<string, Partial<Record<Direction, ZeroFirstCounter>>>();
  readonly #maxNodes: number;
  readonly #newCounter: NewCounter;

  constructor(maxNodes: number, newCounter: NewCounter) {
    this.#maxNodes = maxNodes;
    this.#newCounter = newCounter;
  }

  count({ source, target }: Move, now: number): void {
    if (source !== undefined) this.#count(source, 'out', now);
    if (target !== undefined) this.#count(target, 'in', now);
  }

  /** Drops the nodes that are not among these. */
  keep(nodes: ReadonlyMap<string, unknown>): void {
    for (const node of this.#counters.keys()) if (node !== OTHER && !nodes.has(node)) this.#counters.delete(node);
  }

  *all(): Generator<readonly [node: string, direction: Direction, counter: ZeroFirstCounter]> {
    for (const [node, counters] of this.#counters) {
      for (const direction of DIRECTIONS) {
        const counter = counters[direction];
        if (counter !== undefined) yield [node, direction, counter];
      }
    }
  }

  #count(node: string, direction: Direction, now: number): void {
    const counters = this.#counters.get(node) ?? this.#add(node);
    counters[direction] ??= this.#newCounter(now);
    counters[direction].increment();
  }

  /** The counters of a node that has none, or of all nodes past the limit. */
  #add(node: string): Partial<Record<Direction, ZeroFirstCounter>> {
    const key = keyAmong(this.#counters, node, this.#maxNodes);
    const counters = this.#counters.get(key) ?? {};
    this.#counters.set(key, counters);
    return counters;
  }
}
