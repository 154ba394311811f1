import { randomUUID } from 'node:crypto';
import type { NodeClient } from './connections.js';
import { OtherControllerError } from './failure.js';
import type { Master } from './master.js';

const PREFIX = 'rebalance-controller:';
const NAMES = new RegExp(` name=(${PREFIX}\\S+)`, 'g');

/**
 * Keeps a second controller off the masters that one works on. The claim is the name of a connection, and what moves
 * slots goes over that connection: it ends with the process, and one that stands still neither loses it nor works on.
 */
export class Claim {
  readonly #name = `${PREFIX}${randomUUID().slice(0, 8)}`;
  readonly #claimed = new WeakSet<NodeClient>();

  /**
   * Claims what is not claimed yet: a connection that was made anew is.
   *
   * @throws OtherControllerError when another controller has a claim on one of them
   */
  async on(masters: readonly Master[]): Promise<void> {
    const unclaimed = masters.filter(({ client }) => !this.#claimed.has(client));
    // In one order for all controllers: of two that begin at once, one stops at the first node.
    unclaimed.sort((a, b) => (a.node.id < b.node.id ? -1 : 1));
    const taken: NodeClient[] = [];
    try {
      for (const { node, client } of unclaimed) {
        this.#requireAlone(await client.sendCommand(['CLIENT', 'LIST']), node.id);
        taken.push(client);
        // In one step, so that of two at once at least one sees the other.
        const named = client.multi().clientSetName(this.#name).addCommand(['CLIENT', 'LIST']);
        this.#requireAlone((await named.exec())[1], node.id);
      }
    } catch (error) {
      await Promise.allSettled(taken.map((client) => client.clientSetName('')));
      throw error;
    }
    for (const client of taken) this.#claimed.add(client);
  }

  #requireAlone(clients: unknown, node: string): void {
    for (const [, name] of String(clients).matchAll(NAMES)) {
      if (name !== this.#name) throw new OtherControllerError(`${name} works on this cluster, as node ${node} knows`);
    }
  }
}
