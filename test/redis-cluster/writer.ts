import type { ClusterClient } from './key-set.js';

const AT_ONCE = 4;
const READ_AT_ONCE = 5_000;

/** An application that writes new keys, as fast as the cluster takes them, and remembers which were acknowledged. */
export class Writer {
  readonly #client: ClusterClient;
  readonly #acknowledged: string[] = [];
  readonly #writing: Promise<unknown>;
  #stopped = false;
  #next = 0;

  constructor(client: ClusterClient) {
    this.#client = client;
    this.#writing = Promise.all(Array.from({ length: AT_ONCE }, () => this.#write()));
  }

  get acknowledged(): number {
    return this.#acknowledged.length;
  }

  /** @throws Error when a write was refused */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#writing;
  }

  /** The acknowledged keys that are missing or have another value. */
  async lost(client: ClusterClient): Promise<string[]> {
    const lost: string[] = [];
    for (let first = 0; first < this.#acknowledged.length; first += READ_AT_ONCE) {
      const keys = this.#acknowledged.slice(first, first + READ_AT_ONCE);
      const values = await Promise.all(keys.map((key) => client.get(key)));
      lost.push(...keys.filter((key, index) => values[index] !== key));
    }
    return lost;
  }

  async #write(): Promise<void> {
    while (!this.#stopped) {
      const key = `written:${this.#next++}`;
      await this.#client.set(key, key);
      this.#acknowledged.push(key);
    }
  }
}
