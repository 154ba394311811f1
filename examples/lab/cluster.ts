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
import { Transfers } from './transfers.js';

/** What {@link createMeshCluster} builds. */
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
  /** What differs from {@link DEFAULT_POLICY}. */
  readonly policy?: Partial<Policy>;
  /** How long the simulated person takes to approve a plan. Without it nobody approves, unless through the controller. */
  readonly approvalDelay?: ApprovalDelay;
  /**
   * How much faster than usual shards move: 1 is 25 MiB/s, for about three minutes a shard.
   * @default 1
   */
  readonly pace?: number;
  /** Where plans outlive a crash. Default: in memory. */
  readonly store?: PlanStore;
  /** Called inside the span of each step, where a real controller would call the node. */
  readonly onStep?: (step: RebalanceStep) => void;
}

/** A simulated mesh with its controller, running. */
export interface MeshCluster {
  readonly mesh: Mesh;
  /** The controller that runs now, or after a crash the one that ran last. Ask again after each restart. */
  readonly controller: MeshController;
  readonly faults: Faults;
  /** Ends the control loop and the drift of the mesh's health. */
  stop(): void;
}

/** Builds a mesh and starts its health drift, its controller and, if wanted, its approver. */
export function createMeshCluster(options: MeshClusterOptions): MeshCluster {
  const { namespace, cluster, timeline, onStep } = options;
  const random = new Random(options.seed);
  const mesh = createMesh(options.nodes, options.shards, random.fork());
  const store = options.store ?? new MemoryPlanStore();
  const policy = { ...DEFAULT_POLICY, ...options.policy };
  const transfers = new Transfers({ mesh, timeline, random: random.fork(), pace: options.pace ?? 1 });
  const stopDrift = startHealthDrift(mesh, timeline, random.fork());
  const approver = options.approvalDelay && new Approver(timeline, random.fork(), options.approvalDelay);

  const startController = () => {
    const controller = new MeshController({
      namespace,
      cluster,
      mesh,
      timeline,
      policy,
      store,
      dataPlane: transfers,
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
    get controller() {
      return controller;
    },
    faults: new Faults({ mesh, transfers, controller: () => controller, restart }),
    stop() {
      controller.stop();
      stopDrift();
    },
  };
}
