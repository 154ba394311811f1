import type { RebalanceInstrumentationOptions } from 'opentelemetry-instrumentation-mesh-rebalance';
import type { MeshCluster, MeshClusterOptions } from './cluster.js';

/** The process of a controller, as the service discovery of Prometheus knows it. */
export interface Discovered {
  /** Takes the process off the list: Prometheus does not even try to scrape it any more. */
  withdraw(): void;
}

/** Something that happens to a cluster. */
export interface Act {
  /** Virtual minutes after the start. */
  readonly minute: number;
  /** Minutes until it happens again; once only without it. */
  readonly every?: number;
  /** @param round how often it has happened before */
  readonly act: (cluster: MeshCluster, round: number, target: Discovered) => void;
}

/** A story that the lab can play. */
export interface Scenario {
  readonly name: string;
  /** The trouble, as the telemetry shows it. */
  readonly shows: string;
  /** Clusters unless the command line says otherwise. */
  readonly clusters: number;
  /** Virtual hours unless the command line says otherwise. */
  readonly hours: number;
  /** Options of the clusters of the story. */
  readonly mesh: Pick<MeshClusterOptions, 'nodes' | 'shards' | 'policy' | 'approvalDelay' | 'pace'>;
  /** Options of the instrumentation, where they are not the defaults. */
  readonly instrumentation?: Pick<RebalanceInstrumentationOptions, 'maxPlans'>;
  readonly acts: readonly Act[];
  /** `first`: the other clusters have ordinary maintenance, so that the one in trouble has to be found. */
  readonly happensTo: 'first' | 'all';
  /** More that happens to the first cluster. */
  readonly firstAlso?: readonly Act[];
  /** The controllers of the story give no heartbeats. */
  readonly withoutHeartbeats?: true;
  /** Virtual minutes by which the clocks of the story's controllers are ahead. */
  readonly clockAhead?: number;
  /**
   * A second process holds itself for the controller of the same cluster, and knows nothing of the first one's plans.
   */
  readonly secondLeader?: true;
  /** A second process stands for election beside the first, and takes over where it loses the lease. */
  readonly standby?: true;
}
