import type { MeshController } from '../mesh/controller.js';
import type { Mesh, MeshNode } from '../mesh/mesh.js';
import type { SharedLease } from './shared-lease.js';
import type { Transfers } from './transfers.js';

/** Parts of the world that {@link Faults} works on. */
export interface FaultsOptions {
  readonly mesh: Mesh;
  readonly transfers: Transfers;
  readonly lease: SharedLease;
  readonly controller: () => MeshController;
  readonly restart: () => void;
}

/** Everything that can go wrong with a mesh and its controller. Nodes are named by their id. */
export class Faults {
  readonly #options: FaultsOptions;

  constructor(options: FaultsOptions) {
    this.#options = options;
  }

  /** @param slowness times slower than a sound node, from 1; 20 and more is degraded */
  slowNode(node: string, slowness: number): void {
    this.#node(node).slowness = slowness;
  }

  killNode(node: string): void {
    this.#node(node).alive = false;
  }

  reviveNode(node: string): void {
    this.#node(node).alive = true;
  }

  /** Transfers from the node never end, those under way included. */
  stickTransfers(node: string): void {
    this.#options.transfers.stuck.add(this.#node(node).id);
  }

  /** Transfers from the node that begin from now on end again. */
  unstickTransfers(node: string): void {
    this.#options.transfers.stuck.delete(node);
  }

  /** @param share of the transfers from the node that fail, 0 to 1 */
  failTransfers(node: string, share: number, errorType: string): void {
    this.#options.transfers.failing.set(this.#node(node).id, { share, errorType });
  }

  /** Piles shards of all other nodes on one, behind the controller's back. */
  pile(node: string, shards: number): void {
    const { mesh } = this.#options;
    const target = this.#node(node);
    const others = [...mesh.shards.values()].filter(({ owner }) => owner !== target);
    for (const shard of others.slice(0, shards)) mesh.move(shard, target);
  }

  /** One of the shards that a plan has moved off a node comes back to it, behind the controller's back. */
  sendBack(node: string): void {
    const { mesh, controller } = this.#options;
    const source = this.#node(node);
    const moves = controller()
      .plans()
      .flatMap((plan) => plan.moves.filter((move) => move.source === node));
    const gone = moves.map(({ shard }) => mesh.shards.get(shard)).find((shard) => shard && shard.owner !== source);
    if (gone !== undefined) mesh.move(gone, source);
  }

  /** The controller's process dies: nothing it had in hand is finished, nothing more is emitted. */
  crash(): void {
    this.#options.controller().stop();
  }

  /** A new controller takes over what the old one had saved. */
  restart(): void {
    this.crash();
    this.#options.restart();
  }

  /** Nobody can reach the lease: the leader loses it when it expires, and no other gets it. */
  loseLease(): void {
    this.#options.lease.unreachable = true;
  }

  returnLease(): void {
    this.#options.lease.unreachable = false;
  }

  /** The control loop hangs while its process lives on. */
  hangLoop(): void {
    this.#options.controller().hung = true;
  }

  releaseLoop(): void {
    this.#options.controller().hung = false;
  }

  /** Moves beyond the policy are allowed, as by somebody who edits the controller's settings by hand. */
  forceMoves(beyondLimit: number): void {
    this.#options.controller().guardrails.forcedMoves = beyondLimit;
  }

  /** @param what the users' own incident is about; undefined when it is over */
  incident(what: string | undefined): void {
    this.#options.controller().guardrails.incident = what;
  }

  #node(id: string): MeshNode {
    const node = this.#options.mesh.nodes.get(id);
    if (node === undefined) throw new Error(`the mesh has no node ${id}`);
    return node;
  }
}
