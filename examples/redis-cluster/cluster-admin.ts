import { Claim } from './claim.js';
import { type ClusterNode, type ClusterNodes, parseClusterNodes } from './cluster-nodes.js';
import { type Access, type Address, type NodeClient, NodeConnections } from './connections.js';
import { NodeGoneError } from './failure.js';
import type { Master } from './master.js';

/** Speaks to the nodes of one Redis Cluster, one by one. */
export class ClusterAdmin {
  readonly #connections: NodeConnections;
  readonly #claim = new Claim();
  #addresses: readonly Address[];

  /** @param addresses of at least one node that lives; the others are learnt */
  constructor(addresses: readonly Address[], access?: Access) {
    this.#connections = new NodeConnections(access);
    this.#addresses = addresses;
  }

  /**
   * Every living master, as it sees itself: only that view is never behind.
   *
   * @throws Error when one cannot be reached
   */
  async masters(): Promise<Master[]> {
    const { nodes } = await this.#anyView();
    const living = nodes.filter((node) => node.isMaster && !node.isLost);
    const masters = await Promise.all(living.map((node) => this.#ask(node)));
    return masters.filter(({ node }) => node.isMaster);
  }

  /**
   * One master, as it sees itself.
   *
   * @throws NodeGoneError when the node is no master of the cluster any more
   * @throws Error when it cannot be reached
   */
  async master(id: string): Promise<Master> {
    const { nodes } = await this.#anyView();
    const known = nodes.find((node) => node.id === id);
    if (known === undefined || known.isLost) throw new NodeGoneError(`node ${id} is gone`);
    const master = await this.#ask(known);
    if (!master.node.isMaster) throw new NodeGoneError(`node ${id} is a master no more`);
    return master;
  }

  /**
   * To be called before masters are changed.
   *
   * @throws OtherControllerError when another controller works on one of them
   */
  claim(masters: readonly Master[]): Promise<void> {
    return this.#claim.on(masters);
  }

  close(): Promise<void> {
    return this.#connections.close();
  }

  /** The cluster as the first node that answers sees it. */
  async #anyView(): Promise<ClusterNodes> {
    const failures: unknown[] = [];
    for (const address of this.#addresses) {
      try {
        const view = await readNodes(await this.#connections.to(address));
        this.#addresses = [address, ...view.nodes.filter((node) => node !== view.myself)];
        return view;
      } catch (error) {
        failures.push(error);
      }
    }
    throw new AggregateError(failures, 'no node of the cluster answers');
  }

  async #ask(node: ClusterNode): Promise<Master> {
    const client = await this.#connections.to(node);
    return { node: (await readNodes(client)).myself, access: this.#connections.access, client };
  }
}

async function readNodes(client: NodeClient): Promise<ClusterNodes> {
  return parseClusterNodes((await client.clusterNodes()).toString());
}
