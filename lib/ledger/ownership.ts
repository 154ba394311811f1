import { OTHER } from '../contract/vocabulary.js';
import type { Report } from '../intake/problem.js';
import { aBoolean, aCount, aNumber, anId, listOf, maybe, pairOf, type ReadBy, record } from '../intake/schema.js';

/** A node that a plan has emptied. Plain data. */
interface Emptied {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** True once the node has been reported to own nothing. */
  seen: boolean;
}

/** Schema of {@link Ownership} as plain data. */
export const SAVED_OWNERSHIP = record({
  nodes: listOf(pairOf(anId, aCount)),
  other: maybe(aCount),
  emptied: listOf(pairOf(anId, record({ at: aNumber, seen: aBoolean }))),
});
type SavedOwnership = ReadBy<typeof SAVED_OWNERSHIP>;

/** Knowledge of which node owns how many shards, and which was emptied by a plan, for at most so many nodes. */
export class Ownership {
  /** Shards by node. */
  readonly nodes = new Map<string, number>();
  /** Shards of the nodes past the limit, where there are any. */
  otherNodesShards: number | undefined;
  readonly #emptied = new Map<string, Emptied>();
  readonly #maxNodes: number;
  readonly #report: Report;

  constructor(maxNodes: number, report: Report) {
    this.#maxNodes = maxNodes;
    this.#report = report;
  }

  /** Since when each node owns nothing that a plan has emptied, in milliseconds since the Unix epoch. */
  *emptiedSince(): Generator<readonly [node: string, at: number]> {
    for (const [node, { at }] of this.#emptied) if ((this.nodes.get(node) ?? 0) === 0) yield [node, at];
  }

  /** The knowledge as plain data. */
  save(): SavedOwnership {
    return { nodes: [...this.nodes], other: this.otherNodesShards, emptied: [...this.#emptied] };
  }

  load({ nodes, other, emptied }: SavedOwnership): void {
    this.set(new Map(nodes), true);
    if (other !== undefined) this.otherNodesShards = other + (this.otherNodesShards ?? 0);
    for (const [node, { at, seen }] of emptied)
      if (this.#emptied.size < this.#maxNodes) this.#emptied.set(node, { at, seen });
  }

  /** @param complete whether the report names every node */
  set(reported: ReadonlyMap<string, number>, complete: boolean): void {
    if (complete) {
      this.nodes.clear();
      this.otherNodesShards = undefined;
    }
    let folded = 0;
    let full = false;
    for (const [node, shards] of reported) {
      if (this.nodes.has(node) || this.nodes.size < this.#maxNodes) {
        this.nodes.set(node, shards);
      } else {
        folded += shards;
        full = true;
      }
    }
    this.#checkEmptied(reported, complete);
    if (!full) return;
    this.#report({
      reason: 'limit',
      event: 'ownershipChanged',
      field: 'nodes',
      says: () =>
        `${reported.size} nodes came, and maxNodes is ${this.#maxNodes}; ` +
        (complete ? `the rest is summed up as node ${OTHER}` : 'the rest was left out'),
    });
    // A report of some nodes cannot correct a sum over all the others.
    if (complete) this.otherNodesShards = folded;
  }

  /** A plan has taken the last shard off a node. */
  empty(node: string, at: number): void {
    if (this.#emptied.size >= this.#maxNodes && !this.#emptied.has(node)) return;
    this.#emptied.set(node, { at, seen: this.nodes.get(node) === 0 });
  }

  /** A node has got a shard. */
  fill(node: string): void {
    this.#emptied.delete(node);
  }

  /** A report may be older than the drain whose end came before it: only what was seen empty is filled by one. */
  #checkEmptied(reported: ReadonlyMap<string, number>, complete: boolean): void {
    for (const [node, emptied] of this.#emptied) {
      const shards = reported.get(node);
      if (shards === 0) emptied.seen = true;
      else if (shards === undefined ? complete : emptied.seen) this.#emptied.delete(node);
    }
  }
}
