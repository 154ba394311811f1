/** One machine of the mesh. */
export interface MeshNode {
  readonly id: string;
  /** Shard weight it carries at its usual latency. */
  readonly capacity: number;
  alive: boolean;
  /** Reason for which it takes no shards: its health, or somebody who works on it. */
  cordon: 'health' | 'maintenance' | undefined;
  /** Median time of a request in milliseconds. */
  latencyMs: number;
  /** Share of requests that fail, 0 to 1. */
  errorRate: number;
  /** Requests that wait. */
  queueDepth: number;
  /** Times slower than it should be; 1 is sound. */
  slowness: number;
}

/** One piece of the data: a primary on one node, replicas on others. */
export interface Shard {
  readonly id: string;
  /** Load it brings to its owner; 1 is usual. */
  readonly weight: number;
  readonly bytes: number;
  owner: MeshNode;
  replicas: MeshNode[];
}

/** Nodes, and who owns which shard. It knows nothing of controllers. */
export class Mesh {
  readonly nodes = new Map<string, MeshNode>();
  readonly shards = new Map<string, Shard>();
  readonly #owned = new Map<MeshNode, Set<Shard>>();
  readonly #load = new Map<MeshNode, number>();

  addNode(id: string, capacity: number): MeshNode {
    const node: MeshNode = {
      id,
      capacity,
      alive: true,
      cordon: undefined,
      latencyMs: 10,
      errorRate: 0,
      queueDepth: 0,
      slowness: 1,
    };
    this.nodes.set(id, node);
    this.#owned.set(node, new Set());
    this.#load.set(node, 0);
    return node;
  }

  addShard(shard: Shard): void {
    const { id, owner } = shard;
    this.shards.set(id, shard);
    this.#give(shard, owner);
  }

  /** The shards that a node owns. */
  ownedBy(node: MeshNode): ReadonlySet<Shard> {
    return this.#owned.get(node) ?? new Set();
  }

  /** Weight that a node carries for each unit of its capacity. */
  loadOf(node: MeshNode): number {
    return (this.#load.get(node) ?? 0) / node.capacity;
  }

  /** Hands a shard over. The node that had it keeps a copy where the new owner had one. */
  move(shard: Shard, target: MeshNode): void {
    const source = shard.owner;
    this.#owned.get(source)?.delete(shard);
    this.#load.set(source, (this.#load.get(source) ?? 0) - shard.weight);
    shard.replicas = shard.replicas.map((replica) => (replica === target ? source : replica));
    this.#give(shard, target);
  }

  /** Lets a node take shards again. */
  open(nodeId: string): void {
    const node = this.nodes.get(nodeId);
    if (node !== undefined) node.cordon = undefined;
  }

  /** Shards by node id. */
  ownership(): Record<string, number> {
    return Object.fromEntries([...this.nodes.values()].map((node) => [node.id, this.ownedBy(node).size]));
  }

  /** Ids of the nodes that take no shards and have none left. */
  emptied(): string[] {
    const closed = [...this.nodes.values()].filter(({ cordon }) => cordon !== undefined);
    return closed.filter((node) => this.ownedBy(node).size === 0).map(({ id }) => id);
  }

  #give(shard: Shard, owner: MeshNode): void {
    shard.owner = owner;
    this.#owned.get(owner)?.add(shard);
    this.#load.set(owner, (this.#load.get(owner) ?? 0) + shard.weight);
  }
}
