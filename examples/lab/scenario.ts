import type { MeshCluster, MeshClusterOptions } from '../mesh/cluster.js';

/** Something that happens to a cluster. */
export interface Act {
  /** Virtual minutes after the start. */
  readonly minute: number;
  /** Minutes until it happens again; once only without it. */
  readonly every?: number;
  /** @param round how often it has happened before */
  readonly act: (cluster: MeshCluster, round: number) => void;
}

/** A story that the lab can tell. */
export interface Scenario {
  readonly name: string;
  /** What the telemetry shows. */
  readonly shows: string;
  /** Clusters unless the command line says otherwise. */
  readonly clusters: number;
  /** Virtual hours unless the command line says otherwise. */
  readonly hours: number;
  /** How the clusters of the story are built. */
  readonly mesh: Pick<MeshClusterOptions, 'nodes' | 'shards' | 'policy' | 'approvalDelay' | 'pace'>;
  readonly acts: readonly Act[];
  /** `first`: the other clusters have ordinary maintenance, so that the one in trouble has to be found. */
  readonly happensTo: 'first' | 'all';
}
