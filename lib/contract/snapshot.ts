import type { PlanCreated } from './events.js';
import type { Decision, RebalanceState } from './vocabulary.js';

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

/** A guardrail that holds a plan back while a snapshot is taken. */
export interface HoldSnapshot {
  /** Name that it was tripped under. */
  guardrail: string;
  /** Time since which it has held the plan: a Date, or milliseconds since the Unix epoch. Default: now. */
  since?: Date | number | undefined;
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
  /** Time it has been at work, all of it but the waits for approval, in milliseconds. Default: as far as it is known. */
  workMillis?: number | undefined;
  /** Part of its time at work in which something held it back, in milliseconds. Default: as far as it is known. */
  heldMillis?: number | undefined;
  /** Time at which it last made progress. Default, for a plan that has begun to work: now. */
  progressAt?: Date | number | undefined;
  /** Guardrails that hold it back. */
  holds?: readonly HoldSnapshot[] | undefined;
  /** How often it was approved, rejected, or its request for approval expired. */
  decisions?: { readonly [D in Decision]?: number | undefined } | undefined;
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
  /** Time since which it is paused, where it is. Default: now. */
  pausedSince?: Date | number | undefined;
  maxConcurrentMoves?: number | undefined;
  /** Shards by node id, every node. */
  nodes?: Readonly<Record<string, number>> | undefined;
  /** Nodes that own nothing because a plan has emptied them. */
  emptiedNodes?: readonly string[] | undefined;
  /** The plans that have not ended. */
  plans?: readonly PlanSnapshot[] | undefined;
}
