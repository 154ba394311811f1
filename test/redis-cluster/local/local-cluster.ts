import { parseClusterNodes } from '../../../examples/redis-cluster/cluster-nodes.js';
import { type Access, type NodeClient, NodeConnections } from '../../../examples/redis-cluster/connections.js';
import { rangesOf, SLOT_COUNT, slotsIn } from '../../../examples/redis-cluster/slots.js';
import { Cleanup } from '../../support/cleanup.js';
import { freePorts } from '../../support/process.js';
import { until } from '../../support/until.js';
import { type Lock, RedisServer } from './redis-server.js';

/** Replicas are there to take over soon; sooner, a busy machine would lose masters that are alive. */
const FAILOVER_MS = 5_000;
/** Without replicas a node that is silent for a while is hardly dead: the machine is busy. Redis' own default. */
const PATIENCE_MS = 15_000;

/** A server and its node id in the cluster. */
interface Member {
  readonly id: string;
  readonly server: RedisServer;
}

/** How a {@link LocalCluster} is made. */
export interface ClusterOptions {
  readonly masters: number;
  readonly replicas: boolean;
  /** What the servers ask for, and what opens that. */
  readonly lock?: Lock | undefined;
  readonly access?: Access | undefined;
}

/** A Redis Cluster of real servers on this machine. They end with it, or with this process. */
export class LocalCluster {
  readonly #nodeTimeout: number;
  readonly #connections: NodeConnections;
  readonly #lock: Lock | undefined;
  readonly #members: Member[] = [];

  private constructor(nodeTimeout: number, lock: Lock | undefined, access: Access | undefined) {
    this.#nodeTimeout = nodeTimeout;
    this.#lock = lock;
    this.#connections = new NodeConnections(access);
  }

  /** Starts masters with equal shares of the slots, each with one replica if asked for. */
  static start({ masters, replicas, lock, access }: ClusterOptions): Promise<LocalCluster> {
    return Cleanup.whole(async (parts) => {
      const cluster = await parts.use(new LocalCluster(replicas ? FAILOVER_MS : PATIENCE_MS, lock, access));
      const servers = await cluster.#startServers(replicas ? 2 * masters : masters);
      await cluster.#assignSlots(servers.slice(0, masters));
      await cluster.#meet(servers);
      const replicaServers = servers.slice(masters);
      await Promise.all(replicaServers.map((server, index) => cluster.#replicate(server, servers[index])));
      await cluster.#untilOk();
      return cluster;
    });
  }

  /** Servers that have not been killed. */
  get addresses(): RedisServer[] {
    return this.#members.map(({ server }) => server);
  }

  /** Adds a master without slots. */
  async addMaster({ replica }: { replica: boolean }): Promise<string> {
    const [master, ...replicas] = await this.#startServers(replica ? 2 : 1);
    await this.#meet(this.addresses);
    await Promise.all(replicas.map((server) => this.#replicate(server, master)));
    await this.#untilOk();
    return this.#idOf(master);
  }

  /** Kills a node as a crash would. */
  async kill(id: string): Promise<void> {
    const index = this.#members.findIndex((member) => member.id === id);
    const [member] = this.#members.splice(index, index < 0 ? 0 : 1);
    if (member === undefined) throw new RangeError(`no node ${id}`);
    await member.server.kill();
    await member.server.stop();
  }

  /** Has a node stand still, as one whose machine swaps or is suspended, until the answer is called. */
  pause(id: string): () => void {
    const { server } = this.#members.find((member) => member.id === id) ?? fail();
    process.kill(server.processId, 'SIGSTOP');
    return () => process.kill(server.processId, 'SIGCONT');
  }

  async stop(): Promise<void> {
    await this.#connections.close();
    await Promise.all([...this.#members].map(({ id }) => this.kill(id)));
  }

  async #startServers(count: number): Promise<RedisServer[]> {
    const ports = await freePorts(2 * count);
    return Promise.all(
      Array.from({ length: count }, async (_, index) => {
        const [port = 0, busPort = 0] = ports.slice(2 * index);
        const server = await RedisServer.start(port, busPort, this.#nodeTimeout, this.#lock);
        const id = (await (await this.#connections.to(server)).clusterMyId()).toString();
        this.#members.push({ id, server });
        return server;
      }),
    );
  }

  async #assignSlots(servers: readonly RedisServer[]): Promise<void> {
    const everySlot = slotsIn({ first: 0, last: SLOT_COUNT - 1 });
    const ranges = rangesOf(everySlot, Math.ceil(SLOT_COUNT / servers.length));
    await Promise.all(
      ranges.map(async ({ first, last }, index) => {
        const client = await this.#connections.to(servers[index] ?? fail());
        await client.clusterSetConfigEpoch(index + 1);
        await client.clusterAddSlotsRange({ start: first, end: last });
      }),
    );
  }

  /** Introduces everybody to everybody, which is faster than gossip. */
  async #meet(servers: readonly RedisServer[]): Promise<void> {
    for (const server of servers) {
      const client = await this.#connections.to(server);
      for (const { host, port, busPort } of servers) {
        if (port !== server.port) await client.sendCommand(['CLUSTER', 'MEET', host, String(port), String(busPort)]);
      }
    }
    await this.#untilEach(async (client) => {
      const { nodes } = parseClusterNodes((await client.clusterNodes()).toString());
      return nodes.length === servers.length && nodes.every(({ isLost }) => !isLost);
    });
  }

  async #replicate(replica: RedisServer, master: RedisServer | undefined): Promise<void> {
    await (await this.#connections.to(replica)).clusterReplicate(this.#idOf(master));
  }

  /** Until every node serves, and every replica has its master's data. */
  #untilOk(): Promise<void> {
    return this.#untilEach(async (client) => {
      const [cluster, replication] = await Promise.all([client.clusterInfo(), client.info('replication')]);
      return cluster.toString().includes('cluster_state:ok') && !/master_link_status:down/.test(replication.toString());
    });
  }

  async #untilEach(isSo: (client: NodeClient) => Promise<boolean>): Promise<void> {
    await until(async () => {
      const answers = await Promise.all(this.addresses.map(async (server) => isSo(await this.#connections.to(server))));
      return answers.every(Boolean);
    });
  }

  #idOf(server: RedisServer | undefined): string {
    return this.#members.find((member) => member.server === server)?.id ?? fail();
  }
}

function fail(): never {
  throw new RangeError('no such server');
}
