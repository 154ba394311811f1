import type { Outcome } from '../contract/vocabulary.js';
import type { ParsedFailure } from '../intake/parsed-event.js';
import type { Progress } from './progress.js';

/** End of a plan or step. */
export interface Ending {
  readonly outcome: Outcome;
  readonly failure: ParsedFailure | undefined;
}

/** One node giving up its shards. Times are milliseconds since the Unix epoch. */
export interface Drain {
  readonly node: string;
  /** Number of drains and moves that the plan had before it. */
  readonly ordinal: number;
  shards: number;
  remaining: number;
  bytes: number | undefined;
  /** Unknown when the drain was first seen through its progress or its end. */
  startedAt: number | undefined;
  open: boolean;
  /** True when it was open in a process that died, and nobody has spoken of it since. */
  isLost: boolean;
  /** Moves off the node under way. */
  moving: number;
  /** When the last move off the node ended; undefined before the first has. */
  idleSince: number | undefined;
  readonly progress: Progress;
}

/** One shard on its way from source to target. */
export interface Move {
  readonly shard: string;
  /** Number of drains and moves that the plan had before it. */
  readonly ordinal: number;
  readonly source: string | undefined;
  readonly target: string | undefined;
  readonly startedAt: number | undefined;
  /** Bytes of the shard, where they were told at the start. */
  readonly size: number | undefined;
  bytes: number | undefined;
  /** True when an earlier move of the shard had completed: it has come back. */
  readonly again: boolean;
  /** Index among the moves under way. */
  place: number;
}
