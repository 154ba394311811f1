import { DEGRADED, score } from './health.js';
import type { Mesh, MeshNode, Shard } from './mesh.js';
import type { PlannedMove } from './plan.js';

/** Moves of one plan that evens the cluster out. */
const MOST_MOVES = 40;
/** Gap between the fullest and the emptiest node that may stay when the cluster is evened out: a share of the mean. */
const GOOD_ENOUGH = 0.5;

/** Picks the nodes that take shards, as full as they will be once every move that was picked is done. */
export class Placement {
  readonly #mesh: Mesh;
  readonly #added = new Map<MeshNode, number>();

  constructor(mesh: Mesh) {
    this.#mesh = mesh;
  }

  /** Moves that leave nothing on the nodes; those for which no node is free are left out. */
  drain(nodes: readonly MeshNode[]): PlannedMove[] {
    return nodes.flatMap((node) => this.away([...this.#mesh.ownedBy(node)], nodes));
  }

  /** Moves of shards to other nodes than these; those for which no node is free are left out. */
  away(shards: readonly Shard[], without: readonly MeshNode[]): PlannedMove[] {
    return shards.flatMap((shard) => this.#moveTo(shard, without));
  }

  /** Moves from the fullest nodes to the emptiest, without the nodes that other plans drain. */
  evenOut(busy: ReadonlyMap<string, string>): PlannedMove[] {
    const nodes = [...this.#mesh.nodes.values()].filter((node) => isOpen(node) && !busy.has(node.id));
    const moves: PlannedMove[] = [];
    const planned = new Set<Shard>();
    const mean = nodes.reduce((sum, node) => sum + this.#mesh.loadOf(node), 0) / nodes.length;
    while (moves.length < MOST_MOVES) {
      const fullest = nodes.reduce((a, b) => (this.#load(b) > this.#load(a) ? b : a), nodes[0] as MeshNode);
      const shard = [...this.#mesh.ownedBy(fullest)].find((owned) => !planned.has(owned));
      const target = shard && this.targetFor(shard, []);
      if (shard === undefined || target === undefined) break;
      const gap = this.#load(fullest) - this.#load(target);
      if (gap <= Math.max(mean * GOOD_ENOUGH, shard.weight / target.capacity)) break;
      planned.add(shard);
      this.#add(fullest, -shard.weight);
      this.#add(target, shard.weight);
      moves.push(plannedMove(shard, target));
    }
    return moves;
  }

  /** The emptiest node that can take a shard. */
  targetFor(shard: Shard, without: readonly MeshNode[]): MeshNode | undefined {
    let best: MeshNode | undefined;
    for (const node of this.#mesh.nodes.values()) {
      if (!isOpen(node) || node === shard.owner || without.includes(node)) continue;
      if (best === undefined || this.#load(node) < this.#load(best)) best = node;
    }
    return best;
  }

  #moveTo(shard: Shard, without: readonly MeshNode[]): PlannedMove[] {
    const target = this.targetFor(shard, without);
    if (target === undefined) return [];
    this.#add(target, shard.weight);
    return [plannedMove(shard, target)];
  }

  #load(node: MeshNode): number {
    return this.#mesh.loadOf(node) + (this.#added.get(node) ?? 0) / node.capacity;
  }

  #add(node: MeshNode, weight: number): void {
    this.#added.set(node, (this.#added.get(node) ?? 0) + weight);
  }
}

function plannedMove(shard: Shard, target: MeshNode): PlannedMove {
  return {
    shard: shard.id,
    source: shard.owner.id,
    target: target.id,
    status: 'waiting',
    since: undefined,
    errorType: undefined,
    attempts: 0,
    notBefore: 0,
  };
}

/** True when a node may take shards. */
export function isOpen(node: MeshNode): boolean {
  return node.alive && node.cordon === undefined && score(node) >= DEGRADED;
}
