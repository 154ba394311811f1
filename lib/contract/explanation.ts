/** A move of a plan that is under way, or that has failed and not been made up for since. */
export interface ExplainedMove {
  readonly shard: string;
  /** Node that gives the shard; undefined where it was not told. */
  readonly source: string | undefined;
  /** Node that takes the shard; undefined where it was not told. */
  readonly target: string | undefined;
  readonly status: 'moving' | 'failed';
  /** When the move began, or when it failed, in milliseconds since the Unix epoch. */
  readonly since: number;
  /** Why it failed, or why the attempt before the one under way did; undefined where none has failed. */
  readonly errorType: string | undefined;
}

/** What holds a plan back on purpose. */
export interface ExplainedHold {
  /** `approval`, `paused`, or the name of a guardrail. */
  readonly reason: string;
  /**
   * Approval: since when the plan waits for it. Else since when its work has been held back without a break, for
   * whatever reasons. Milliseconds since the Unix epoch.
   */
  readonly since: number;
}

/** A shard that cannot move, and why. */
export interface BlockedShard {
  readonly shard: string;
  readonly reason: string;
  /** Milliseconds since the Unix epoch. */
  readonly since: number | undefined;
}

/** Why a plan is where it is, for a person and for a program. */
export interface PlanExplanation {
  /**
   * One or two sentences: the state, what holds the plan back and since when, what is under way, what failed and why.
   * Bounded, and without control characters.
   */
  readonly text: string;
  /** Empty: the contract has no event yet by which a controller tells of shards that cannot move. */
  readonly blocked: readonly BlockedShard[];
  /** At most 50 moves under way, the oldest first, and then at most 50 that failed, the last one first. */
  readonly moves: readonly ExplainedMove[];
  /** What holds it back on purpose; empty where nothing does. */
  readonly held: readonly ExplainedHold[];
}
