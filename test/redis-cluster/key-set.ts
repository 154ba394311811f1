import { createCluster } from 'redis';
import { type Access, type Address, socketOf } from '../../examples/redis-cluster/connections.js';

const GROUP = 5;
const AT_ONCE = 1_000;

/** Connects as an application would. */
export async function connectCluster(addresses: readonly Address[], access: Access = {}) {
  const { password } = access;
  const socket = socketOf(access);
  const client = createCluster({
    rootNodes: addresses.map(({ host, port }) => ({ socket: { ...socket, host, port } })),
    defaults: { socket, ...(password !== undefined && { password }) },
    // A slot on its way costs one redirection, a slot that has just arrived another.
    maxCommandRedirections: 16,
  });
  // Without a listener a lost node would end the process. Its commands fail all the same.
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** A client of the whole cluster. */
export type ClusterClient = Awaited<ReturnType<typeof connectCluster>>;

/** Keys whose values follow from their names, so that every one of them can be checked. */
export class KeySet {
  readonly #prefix: string;
  readonly #count: number;

  constructor(prefix: string, count: number) {
    this.#prefix = prefix;
    this.#count = count;
  }

  write(client: ClusterClient): Promise<void> {
    return this.#eachGroup(async (keys) => {
      await client.mSet(keys.flatMap((key) => [key, expectedValue(key)]));
    });
  }

  /** The keys that are missing or have another value. To be asked while no slot is on its way. */
  async damaged(client: ClusterClient): Promise<string[]> {
    const damaged: string[] = [];
    await this.#eachGroup(async (keys) => {
      const values = await client.mGet(keys);
      damaged.push(...keys.filter((key, index) => values[index] !== expectedValue(key)));
    });
    return damaged;
  }

  /** Keys with the same braces are in one slot, so that a group of them costs one command. */
  async #eachGroup(action: (keys: string[]) => Promise<void>): Promise<void> {
    const groups = Array.from({ length: Math.ceil(this.#count / GROUP) }, (_, group) =>
      Array.from(
        { length: Math.min(GROUP, this.#count - group * GROUP) },
        (_, index) => `${this.#prefix}:{${group}}:${index}`,
      ),
    );
    for (let first = 0; first < groups.length; first += AT_ONCE) {
      await Promise.all(groups.slice(first, first + AT_ONCE).map(action));
    }
  }
}

function expectedValue(key: string): string {
  return `value of ${key}`.padEnd(64, '.');
}
