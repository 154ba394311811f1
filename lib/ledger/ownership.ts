import { OTHER } from '../contract/vocabulary.js';
import type { Report } from '../intake/problem.js';
import { aCount, anId, listOf, maybe, pairOf, type ReadBy, record } from '../intake/schema.js';

/** Schema of {@link Ownership} as plain data. */
export const SAVED_OWNERSHIP = record({ nodes: listOf(pairOf(anId, aCount)), other: maybe(aCount) });
type SavedOwnership = ReadBy<typeof SAVED_OWNERSHIP>;

/** Knowledge of which node owns how many shards, for at most so many nodes. */
export class Ownership {
  /** Shards by node. */
  readonly nodes = new Map<string, number>();
  /** Shards of the nodes past the limit, where there are any. */
  otherNodesShards: number | undefined;
  readonly #maxNodes: number;
  readonly #report: Report;

  constructor(maxNodes: number, report: Report) {
    this.#maxNodes = maxNodes;
    this.#report = report;
  }

  /** The knowledge as plain data. */
  save(): SavedOwnership {
    return { nodes: [...this.nodes], other: this.otherNodesShards };
  }

  restore({ nodes, other }: SavedOwnership): void {
    this.set(new Map(nodes), true);
    if (other !== undefined) this.otherNodesShards = other + (this.otherNodesShards ?? 0);
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
}
