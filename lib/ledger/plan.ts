import { type ApprovalMode, type Outcome, type Phase, type RebalanceState, UNKNOWN } from '../contract/vocabulary.js';
import type { ParsedFailure } from '../intake/parsed-event.js';
import { OverlapTimer } from './overlap-timer.js';

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
}

/** One shard on its way from source to target. */
export interface Move {
  readonly shard: string;
  /** Number of drains and moves that the plan had before it. */
  readonly ordinal: number;
  readonly source: string | undefined;
  readonly target: string | undefined;
  readonly startedAt: number | undefined;
  bytes: number | undefined;
}

/** State of a shard that is not on its way: its last move has completed, or it has not. */
type AtRest = 'moved' | 'unmoved';

/** One plan: the events about it, and what follows from them. Times are milliseconds since the Unix epoch. */
export class Plan {
  readonly id: string;
  /** First seen through an event other than its creation, so that its beginning is unknown. */
  readonly seenLate: boolean;
  createdAt: number;
  trigger: string = UNKNOWN;
  approvalMode: ApprovalMode | typeof UNKNOWN = UNKNOWN;
  requestedBy: string | undefined;
  changeTicket: string | undefined;
  nodes: readonly string[] | undefined;

  state: RebalanceState = 'rebalancePending';
  stateSince: number;
  /** True once the controller itself has reported the plan's state, so that it no longer follows from other events. */
  stateReported = false;

  ending: Ending | undefined;
  endedAt: number | undefined;
  /** Time at which an ended plan is dropped, by the ledger's own clock. */
  retireAt = 0;

  /** Since when the plan waits for a decision. */
  approvalSince: number | undefined;
  /** True once a request for approval has been decided. */
  decided = false;

  readonly drains = new Map<string, Drain>();
  readonly #moves = new Map<string, Move | AtRest>();
  readonly #approvalWatch = new OverlapTimer();
  readonly #drainWatch = new OverlapTimer();
  readonly #moveWatch = new OverlapTimer();
  #steps = 0;
  #reportedShards = 0;
  #movedUnseen = 0;
  #moving = 0;
  #moved = 0;

  constructor(id: string, createdAt: number, seenLate: boolean) {
    this.id = id;
    this.createdAt = createdAt;
    this.stateSince = createdAt;
    this.seenLate = seenLate;
  }

  get live(): boolean {
    return this.ending === undefined;
  }

  /** Shards in all: as reported, or as many as have been seen if those are more. */
  get shards(): number {
    let drained = 0;
    for (const drain of this.drains.values()) drained += drain.shards;
    return Math.max(this.#reportedShards, this.#movedUnseen + this.#moves.size, drained);
  }

  get shardsRemaining(): number {
    if (this.ending?.outcome === 'completed') return 0;
    let drained = 0;
    for (const drain of this.drains.values()) drained += drain.shards - drain.remaining;
    // A controller may report moves, or drains only: whichever shows more progress counts.
    return this.shards - Math.max(this.#movedUnseen + this.#moved, drained);
  }

  get shardsMoving(): number {
    return this.#moving;
  }

  /** Takes the totals of the plan as its controller reports them. */
  reportTotals(shards: number | undefined, remaining: number | undefined): void {
    if (shards !== undefined) this.#reportedShards = shards;
    if (remaining !== undefined) this.#movedUnseen = Math.max(0, this.#reportedShards - remaining - this.#moved);
  }

  /** Seconds spent so far in a phase. */
  seconds(phase: Phase, now: number): number {
    const at = this.endedAt ?? now;
    switch (phase) {
      case 'approval':
        return this.#approvalWatch.seconds(at);
      case 'drain':
        return this.#drainWatch.seconds(at);
      case 'move':
        return this.#moveWatch.seconds(at);
      case 'total':
        return Math.max(0, at - this.createdAt) / 1000;
    }
  }

  openApproval(at: number): void {
    this.approvalSince = at;
    this.#approvalWatch.start(at);
  }

  /** @returns how long the plan waited, in seconds */
  closeApproval(at: number): number | undefined {
    const since = this.approvalSince;
    this.approvalSince = undefined;
    this.#approvalWatch.stop(at);
    return secondsBetween(since, at);
  }

  /** Numbers the next drain or move. */
  nextOrdinal(): number {
    this.#steps += 1;
    return this.#steps - 1;
  }

  /** @param startedAt undefined when the start was not seen */
  openDrain(node: string, startedAt: number | undefined, seenAt: number): Drain {
    const drain = {
      node,
      ordinal: this.nextOrdinal(),
      shards: 0,
      remaining: 0,
      bytes: undefined,
      startedAt,
      open: true,
    };
    this.drains.set(node, drain);
    this.#drainWatch.start(startedAt ?? seenAt);
    return drain;
  }

  /** @returns how long the drain took in seconds, if its start was seen */
  closeDrain(drain: Drain, outcome: Outcome, at: number): number | undefined {
    drain.open = false;
    if (outcome === 'completed') drain.remaining = 0;
    this.#drainWatch.stop(at);
    return secondsBetween(drain.startedAt, at);
  }

  openDrains(): Drain[] {
    return [...this.drains.values()].filter((drain) => drain.open);
  }

  /** Shards whose moves are remembered. */
  get rememberedMoves(): number {
    return this.#moves.size;
  }

  /** The move of a shard in flight, or how its last move left it. */
  move(shard: string): Move | AtRest | undefined {
    return this.#moves.get(shard);
  }

  /** @param seenAt when the move was first seen, which is when it started unless that is unknown */
  openMove(move: Move, seenAt: number): void {
    if (this.#moves.get(move.shard) === 'moved') this.#moved -= 1;
    this.#moves.set(move.shard, move);
    this.#moving += 1;
    this.#moveWatch.start(seenAt);
  }

  /** @returns how long the move took in seconds, if its start was seen */
  closeMove(move: Move, outcome: Outcome, at: number): number | undefined {
    const moved = outcome === 'completed';
    this.#moves.set(move.shard, moved ? 'moved' : 'unmoved');
    if (moved) this.#moved += 1;
    this.#moving -= 1;
    this.#moveWatch.stop(at);
    return secondsBetween(move.startedAt, at);
  }

  openMoves(): Move[] {
    return [...this.#moves.values()].filter((move) => typeof move === 'object');
  }

  end(ending: Ending, at: number): void {
    this.ending = ending;
    this.endedAt = at;
    this.#reportedShards = this.shards;
    this.#movedUnseen = this.#movedUnseen + this.#moved;
    this.#moved = 0;
    // The shards of an ended plan are never asked for again, and there may be many.
    this.#moves.clear();
  }
}

function secondsBetween(from: number | undefined, to: number): number | undefined {
  return from === undefined ? undefined : Math.max(0, to - from) / 1000;
}
