import { createMeshCluster, type MeshCluster, type MeshClusterOptions } from '../lab/cluster.js';
import type { RealTimeline } from '../lab/real-timeline.js';
import type { MeshController } from '../mesh/controller.js';
import type { Policy } from '../mesh/policy.js';
import { maintenance, nodesComeAndGo } from './everyday.js';

/** Minutes become seconds, so that a plan is over while somebody watches. */
const QUICK: Partial<Policy> = {
  tick: 500,
  confirmFor: 1_500,
  settle: 1_500,
  cooldown: 3_000,
  approvalTimeout: 120_000,
  retryAfter: 1_500,
  maxConcurrentMoves: 4,
  moveAttempts: 2,
};
const SIZE = { nodes: 8, shards: 96, pace: 80 };
const SWIFT_APPROVAL = { least: 1_500, most: 5_000 };

/** The clusters of the demo. */
export interface Fleet {
  readonly clusters: readonly MeshCluster[];
  readonly controllers: readonly MeshController[];
  stop(): void;
}

/** Starts three clusters: one where nodes fail, one where plans fail too, and one that waits for its operator. */
export function startFleet(
  timeline: RealTimeline,
  instrumented: NonNullable<MeshClusterOptions['instrumented']>,
): Fleet {
  const create = (namespace: string, cluster: string, seed: number, approvalDelay?: typeof SWIFT_APPROVAL) =>
    createMeshCluster({
      namespace,
      cluster,
      seed,
      timeline,
      instrumented,
      policy: QUICK,
      ...SIZE,
      ...(approvalDelay && { approvalDelay }),
    });
  const payments = create('payments', 'eu-1', 1, SWIFT_APPROVAL);
  const search = create('search', 'us-1', 2, SWIFT_APPROVAL);
  const catalog = create('catalog', 'eu-2', 3);
  nodesComeAndGo(payments, timeline, { withDiskTrouble: false });
  nodesComeAndGo(search, timeline, { withDiskTrouble: true });
  maintenance(catalog, timeline);
  const clusters: readonly MeshCluster[] = [payments, search, catalog];
  return {
    clusters,
    controllers: clusters.map(({ controller }) => controller),
    stop() {
      for (const cluster of clusters) cluster.stop();
    },
  };
}
