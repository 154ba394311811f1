import type { PlanCreated } from './events.js';
import type { RebalanceState } from './vocabulary.js';

/** A drain that runs while a snapshot is taken. */
export interface DrainSnapshot {
  node: string;
  shards: number;
  shardsRemaining: number;
  /** When it started: a Date, or milliseconds since the Unix epoch. */
  startedAt?: Date | number | undefined;
}

/** A move that runs while a snapshot is taken. */
export interface MoveSnapshot {
  shard: string;
  source?: string | undefined;
  target?: string | undefined;
  /** When it started: a Date, or milliseconds since the Unix epoch. */
  startedAt?: Date | number | undefined;
}

/** A live plan as a snapshot tells it. `time` is when it was created. */
export interface PlanSnapshot extends Omit<PlanCreated, 'namespace' | 'cluster'> {
  /** When it entered its state. */
  stateSince?: Date | number | undefined;
  /** When it began to wait for a decision, if it waits. */
  approvalRequestedAt?: Date | number | undefined;
  /** Drains that run. */
  drains?: readonly DrainSnapshot[] | undefined;
  /** Moves that run. */
  moves?: readonly MoveSnapshot[] | undefined;
}

/** What a cluster's controller knows at one moment. */
export interface RebalanceSnapshot {
  namespace?: string | undefined;
  cluster?: string | undefined;
  /** State of the controller itself. */
  state?: RebalanceState | undefined;
  paused?: boolean | undefined;
  maxConcurrentMoves?: number | undefined;
  /** Shards by node id, every node. */
  nodes?: Readonly<Record<string, number>> | undefined;
  /** The plans that have not ended. */
  plans?: readonly PlanSnapshot[] | undefined;
}
