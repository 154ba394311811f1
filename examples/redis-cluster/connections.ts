import { createClient, RESP_TYPES } from 'redis';

/** Longer than any command of a rebalance takes, or a busy machine to accept a connection. A node that is silent for so long is taken for dead. */
const SILENCE_MS = 5_000;

/** Address of a node. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What the nodes ask of whoever connects to them: the same for all. */
export interface Access {
  /** Without one the user is `default`. */
  readonly username?: string;
  readonly password?: string;
  /** Contents of PEM files; the nodes are spoken to over TLS where there are any. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

/** Options of a connection of the client, over TLS if that is asked for. */
export function socketOf({ tls }: Access) {
  return tls === undefined ? ({ tls: false } as const) : ({ ...tls, tls: true } as const);
}

function createNodeClient({ host, port }: Address, access: Access) {
  const { username, password } = access;
  return createClient({
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    // A lost node must fail the step at once, not stall it until the node is back.
    disableOfflineQueue: true,
    socket: {
      ...socketOf(access),
      host,
      port,
      reconnectStrategy: false,
      connectTimeout: SILENCE_MS,
      socketTimeout: SILENCE_MS,
    },
    // Keys are bytes.
    commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
  });
}

/** A connection to one node, for the commands that a cluster client would send anywhere. */
export type NodeClient = ReturnType<typeof createNodeClient>;

/** One connection to each node that is spoken to. */
export class NodeConnections {
  readonly access: Access;
  readonly #clients = new Map<string, Promise<NodeClient>>();

  constructor(access: Access = {}) {
    this.access = access;
  }

  /** @throws Error when the node cannot be reached, or lets nobody in with what it is given */
  to(address: Address): Promise<NodeClient> {
    const name = `${address.host}:${address.port}`;
    const known = this.#clients.get(name);
    if (known !== undefined) return known;
    const client = createNodeClient(address, this.access);
    // The commands that were under way fail by themselves; the next one connects anew.
    client.on('error', () => this.#clients.delete(name));
    const connecting = client.connect().catch((error: unknown) => {
      this.#clients.delete(name);
      throw error;
    });
    this.#clients.set(name, connecting);
    return connecting;
  }

  async close(): Promise<void> {
    const clients = await Promise.allSettled(this.#clients.values());
    this.#clients.clear();
    for (const client of clients) if (client.status === 'fulfilled' && client.value.isOpen) client.value.destroy();
  }
}
