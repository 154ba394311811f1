import { once } from 'node:events';
import { join } from 'node:path';
import type { PlanFinished } from 'opentelemetry-instrumentation-mesh-rebalance';
import { instrument } from 'opentelemetry-instrumentation-mesh-rebalance';
import { ClusterAdmin } from '../../examples/redis-cluster/cluster-admin.js';
import type { Access } from '../../examples/redis-cluster/connections.js';
import { type ControllerOptions, RedisClusterController } from '../../examples/redis-cluster/controller.js';
import type { Master } from '../../examples/redis-cluster/master.js';
import { Cleanup } from '../support/cleanup.js';
import type { Sample } from '../support/exposition.js';
import { TestSdk } from '../support/sdk.js';
import { type ClusterClient, connectCluster, KeySet } from './key-set.js';
import { type ClusterOptions, LocalCluster } from './local/local-cluster.js';

/** How a {@link Rig} is made. */
interface RigOptions extends Partial<Omit<ClusterOptions, 'masters'>> {
  readonly keys: number;
}

/** A Redis Cluster of three masters with keys, and a folder for the controller's plan. */
export class Rig {
  readonly cluster: LocalCluster;
  readonly #folder: string;
  readonly #cleanup: Cleanup;
  readonly #keys: KeySet;
  readonly #keyCount: number;
  readonly #access: Access | undefined;

  private constructor(cleanup: Cleanup, cluster: LocalCluster, folder: string, { keys, access }: RigOptions) {
    this.#cleanup = cleanup;
    this.cluster = cluster;
    this.#folder = folder;
    this.#keyCount = keys;
    this.#access = access;
    this.#keys = new KeySet('key', keys);
  }

  static start(options: RigOptions): Promise<Rig> {
    return Cleanup.whole(async (cleanup) => {
      const folder = await cleanup.folder('redis-rig');
      const cluster = await cleanup.use(LocalCluster.start({ replicas: false, ...options, masters: 3 }));
      const rig = new Rig(cleanup, cluster, folder, options);
      await rig.#keys.write(await rig.connect());
      return rig;
    });
  }

  get planFile(): string {
    return join(this.#folder, 'plan.json');
  }

  /** Nodes, as a command line names them. */
  get addresses(): string[] {
    return this.cluster.addresses.map(({ host, port }) => `${host}:${port}`);
  }

  /** A client as an application has it, which knows the cluster as it is now. */
  async connect(): Promise<ClusterClient> {
    const client = await connectCluster(this.cluster.addresses, this.#access);
    this.#cleanup.add(() => client.destroy());
    return client;
  }

  /**
   * A controller that runs, and the SDK that sees it. It is asked for a plan with `until`: on a busy machine a node may be
   * out of reach for a moment.
   */
  async control(
    options: Partial<ControllerOptions> = {},
  ): Promise<{ controller: RedisClusterController; sdk: TestSdk }> {
    const sdk = new TestSdk();
    const { addresses } = this.cluster;
    const names = { namespace: 'shop', cluster: 'orders' };
    const access = this.#access && { access: this.#access };
    const settings = { addresses, ...access, planFile: this.planFile, loopInterval: 100, ...options };
    const controller = await RedisClusterController.open({ ...names, ...settings });
    const handle = instrument(controller, { ...sdk.options, zeroForMillis: 0 });
    this.#cleanup.add(() => controller.stop().then(() => handle.disable()));
    await controller.start();
    return { controller, sdk };
  }

  /** Every master as it sees itself. */
  async masters(): Promise<Master[]> {
    const admin = new ClusterAdmin(this.cluster.addresses, this.#access);
    this.#cleanup.add(() => admin.close());
    return admin.masters();
  }

  /** Slots by node id, of the masters that there are. */
  async slots(): Promise<Record<string, number>> {
    return Object.fromEntries((await this.masters()).map(({ node }) => [node.id, node.slots.length]));
  }

  /** Faults of the cluster's data: keys missing, changed or in two places, and slots half moved. */
  async faults(extraKeys = 0): Promise<string[]> {
    const faults = (await this.#keys.damaged(await this.connect())).map((key) => `${key} is missing or changed`);
    const masters = await this.masters();
    const sizes = await Promise.all(masters.map(({ client }) => client.dbSize()));
    const stored = sizes.reduce((sum, size) => sum + size, 0);
    if (stored !== this.#keyCount + extraKeys) faults.push(`${stored} keys are stored`);
    for (const { node } of masters) {
      for (const slot of [...node.migrating.keys(), ...node.importing.keys()]) faults.push(`slot ${slot} is open`);
    }
    return faults;
  }

  stop(): Promise<void> {
    return this.#cleanup.now();
  }
}

/** The samples of a scrape after one in which new counters began at 0. */
export async function scrapeAgain(sdk: TestSdk): Promise<Sample[]> {
  await sdk.scrape();
  return sdk.scrape();
}

/** End of the next plan of a controller. */
export async function planEnd(controller: RedisClusterController): Promise<PlanFinished> {
  const [end] = await once(controller, 'planFinished');
  return end as PlanFinished;
}
