import type { RebalanceHandle, RebalanceStep } from 'opentelemetry-instrumentation-mesh-rebalance';
import { MeshController } from '../mesh/controller.js';
import type { Mesh } from '../mesh/mesh.js';
import type { PlanStore } from '../mesh/plan-store.js';
import { DEFAULT_POLICY, type Policy } from '../mesh/policy.js';
import type { Timeline } from '../mesh/timeline.js';
import { type ApprovalDelay, Approver } from './approver.js';
import { createMesh } from './create-mesh.js';
import { Faults } from './faults.js';
import { startHealthDrift } from './health-drift.js';
import { MemoryPlanStore } from './memory-plan-store.js';
import { Random } from './random.js';
import { SharedLease } from './shared-lease.js';
import { Transfers } from './transfers.js';

/** Options of {@link createMeshCluster}. */
export interface MeshClusterOptions {
  readonly namespace: string;
  readonly cluster: string;
  /** The same seed on a `VirtualTimeline` gives the same events at the same times. */
  readonly seed: number;
  readonly timeline: Timeline;
  readonly nodes: number;
  readonly shards: number;
  /**
   * Instruments the controller: `(controller) => instrument(controller, { clock: timeline.now })`. Called again for the
   * new controller after a crash; what the old one left in this process is then the caller's to `disable()`.
   */
  readonly instrumented?: (controller: MeshController) => RebalanceHandle;
  /** Differences from {@link DEFAULT_POLICY}. */
  readonly policy?: Partial<Policy>;
  /**
   * Time that the simulated person takes to approve a plan. Without it nobody approves, unless through the controller.
   */
  readonly approvalDelay?: ApprovalDelay;
  /**
   * How much faster than usual shards move: 1 is 25 MiB/s, for about three minutes a shard.
   * @default 1
   */
  readonly pace?: number;
  /** Store in which plans outlive a crash. Default: in memory. */
  readonly store?: PlanStore;
  /** Name under which the controller stands for election. Without one it leads, and says nothing of it. */
  readonly candidate?: string;
  /** A cluster with another candidate: this one works on the same mesh, with the same plans and the same lease. */
  readonly beside?: MeshCluster;
  /** Called inside the span of each step, where a real controller would call the node. */
  readonly onStep?: (step: RebalanceStep) => void;
}

/** The parts of a cluster that its controllers share. */
interface MeshWorld {
  readonly mesh: Mesh;
  readonly store: PlanStore;
  readonly transfers: Transfers;
  readonly lease: SharedLease;
  /** For what has its own share of chance. */
  readonly random: Random;
  /** Ends the drift of the mesh's health. */
  stop(): void;
}

/** A simulated mesh with its controller, running. */
export interface MeshCluster {
  readonly mesh: Mesh;
  readonly world: MeshWorld;
  /** The controller that runs now, or after a crash the one that ran last. Ask again after each restart. */
  readonly controller: MeshController;
  readonly faults: Faults;
  /** Ends the control loop and the drift of the mesh's health. */
  stop(): void;
}

/** Builds a mesh and starts its health drift, its controller and, if wanted, its approver. */
export function createMeshCluster(options: MeshClusterOptions): MeshCluster {
  const { namespace, cluster, timeline, onStep } = options;
  const world = options.beside?.world ?? createWorld(options);
  const { mesh, store, transfers, lease, random } = world;
  const policy = { ...DEFAULT_POLICY, ...options.policy };
  const approver = options.approvalDelay && new Approver(timeline, random.fork(), options.approvalDelay);
  const candidacy = options.candidate === undefined ? undefined : { lease, candidate: options.candidate };

  const startController = () => {
    const controller = new MeshController({
      namespace,
      cluster,
      mesh,
      timeline,
      policy,
      store,
      dataPlane: transfers,
      candidacy,
      onStep,
    });
    const telemetry = options.instrumented?.(controller);
    controller.start((planId) => telemetry?.traceparent(planId));
    approver?.serve(controller);
    return controller;
  };
  let controller = startController();
  const restart = () => {
    controller = startController();
  };
  return {
    mesh,
    world,
    get controller() {
      return controller;
    },
    faults: new Faults({ mesh, transfers, lease, controller: () => controller, restart }),
    stop() {
      controller.stop();
      world.stop();
    },
  };
}

function createWorld({ seed, timeline, nodes, shards, store, pace = 1 }: MeshClusterOptions): MeshWorld {
  const random = new Random(seed);
  const mesh = createMesh(nodes, shards, random.fork());
  return {
    mesh,
    store: store ?? new MemoryPlanStore(),
    transfers: new Transfers({ mesh, timeline, random: random.fork(), pace }),
    lease: new SharedLease(),
    stop: startHealthDrift(mesh, timeline, random.fork()),
    random,
  };
}
