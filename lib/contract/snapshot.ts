import type { PlanCreated } from './events.js';
import type { RebalanceState } from './vocabulary.js';

/** A drain that runs while a snapshot is taken. */
export interface DrainSnapshot {
  node: string;
  shards: number;
  shardsRemaining: number;
  /** Time at which it started: a Date, or milliseconds since the Unix epoch. */
  startedAt?: Date | number | undefined;
}

/** A move that runs while a snapshot is taken. */
export interface MoveSnapshot {
  shard: string;
  source?: string | undefined;
  target?: string | undefined;
  /** Bytes of the shard, as the system counts them. */
  bytes?: number | undefined;
  /** Time at which it started: a Date, or milliseconds since the Unix epoch. */
  startedAt?: Date | number | undefined;
}

/** A live plan in a snapshot. `time` is that of its creation. */
export interface PlanSnapshot extends Omit<PlanCreated, 'namespace' | 'cluster'> {
  /** Time at which it entered its state. */
  stateSince?: Date | number | undefined;
  /** Time at which it began to wait for a decision, if it waits. */
  approvalRequestedAt?: Date | number | undefined;
  /** Drains that run. */
  drains?: readonly DrainSnapshot[] | undefined;
  /** Moves that run. */
  moves?: readonly MoveSnapshot[] | undefined;
}

/** State of a cluster's controller at one moment. */
export interface RebalanceSnapshot {
  namespace?: string | undefined;
  cluster?: string | undefined;
  /** False for a standby, of which nothing else is taken over. Default: as far as it is known. */
  leading?: boolean | undefined;
  /** State of the controller itself. */
  state?: RebalanceState | undefined;
  paused?: boolean | undefined;
  maxConcurrentMoves?: number | undefined;
  /** Shards by node id, every node. */
  nodes?: Readonly<Record<string, number>> | undefined;
  /** The plans that have not ended. */
  plans?: readonly PlanSnapshot[] | undefined;
}
