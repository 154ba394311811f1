import { createCluster } from 'redis';
import type { Address } from './connections.js';

const AT_ONCE = 5_000;

/** Connects as an application would. */
export async function connectCluster(addresses: readonly Address[]) {
  const client = createCluster({
    rootNodes: addresses.map(({ host, port }) => ({ socket: { host, port } })),
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
    return this.#each(async (key) => {
      await client.set(key, expectedValue(key));
    });
  }

  /** The keys that are missing or have another value. */
  async damaged(client: ClusterClient): Promise<string[]> {
    const damaged: string[] = [];
    await this.#each(async (key) => {
      if ((await client.get(key)) !== expectedValue(key)) damaged.push(key);
    });
    return damaged;
  }

  async #each(action: (key: string) => Promise<void>): Promise<void> {
    for (let first = 0; first < this.#count; first += AT_ONCE) {
      const count = Math.min(AT_ONCE, this.#count - first);
      await Promise.all(Array.from({ length: count }, (_, index) => action(`${this.#prefix}:${first + index}`)));
    }
  }
}

function expectedValue(key: string): string {
  return `value of ${key}`.padEnd(64, '.');
}
