import {
  type ApprovalMode,
  type Decision,
  type Outcome,
  type Phase,
  type RebalanceState,
  UNKNOWN,
} from '../contract/vocabulary.js';
import type { ParsedFailure } from '../intake/parsed-event.js';
import { OverlapTimer } from './overlap-timer.js';
import { MAX_SAVED_SHARDS, type SavedPlan } from './saved-plan.js';

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
  /** Requests for approval that were decided. */
  readonly decisions: Record<Decision, number> = { approved: 0, rejected: 0, expired: 0 };

  readonly drains = new Map<string, Drain>();
  readonly #moves = new Map<string, Move | AtRest>();
  #approvalWatch = new OverlapTimer();
  #drainWatch = new OverlapTimer();
  #moveWatch = new OverlapTimer();
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

  /** The plan that was saved. */
  static restore(saved: SavedPlan): Plan {
    const plan = new Plan(saved.id, saved.createdAt, saved.seenLate);
    const { ending } = saved;
    plan.trigger = saved.trigger;
    plan.approvalMode = saved.approvalMode;
    plan.requestedBy = saved.requestedBy;
    plan.changeTicket = saved.changeTicket;
    plan.nodes = saved.nodes;
    plan.state = saved.state;
    plan.stateSince = saved.stateSince;
    plan.stateReported = saved.stateReported;
    plan.ending = ending && { ...ending, failure: ending.failure && { ...ending.failure, stack: undefined } };
    plan.endedAt = saved.endedAt;
    plan.retireAt = saved.retireAt;
    plan.approvalSince = saved.approvalSince;
    Object.assign(plan.decisions, saved.decisions);
    for (const drain of saved.drains) plan.drains.set(drain.node, { ...drain, isLost: drain.isLost === true });
    for (const shard of saved.moved) plan.#moves.set(shard, 'moved');
    for (const shard of saved.unmoved) plan.#moves.set(shard, 'unmoved');
    for (const move of saved.moves) plan.#moves.set(move.shard, { ...move, bytes: undefined });
    plan.#moved = saved.moved.length;
    plan.#moving = saved.moves.length;
    plan.#movedUnseen = saved.movedUnseen;
    plan.#reportedShards = saved.reportedShards;
    plan.#steps = saved.steps;
    plan.#approvalWatch = new OverlapTimer(saved.approvalTime);
    plan.#drainWatch = new OverlapTimer(saved.drainTime);
    plan.#moveWatch = new OverlapTimer(saved.moveTime);
    return plan;
  }

  /** The plan as plain data. Past a number of shards, those that came to rest first are counted only. */
  save(): SavedPlan {
    const moves = this.openMoves();
    const atRest = [...this.#moves].filter(([, move]) => typeof move === 'string');
    const forgotten = atRest.splice(0, Math.max(0, atRest.length - MAX_SAVED_SHARDS));
    const { ending } = this;
    const failure = ending?.failure;
    const shards = (all: typeof atRest, rest: AtRest) =>
      all.filter(([, move]) => move === rest).map(([shard]) => shard);
    return {
      id: this.id,
      seenLate: this.seenLate,
      createdAt: this.createdAt,
      trigger: this.trigger,
      approvalMode: this.approvalMode,
      requestedBy: this.requestedBy,
      changeTicket: this.changeTicket,
      nodes: this.nodes,
      state: this.state,
      stateSince: this.stateSince,
      stateReported: this.stateReported,
      ending: ending && {
        outcome: ending.outcome,
        failure: failure && { type: failure.type, message: failure.message },
      },
      endedAt: this.endedAt,
      retireAt: this.retireAt,
      approvalSince: this.approvalSince,
      decisions: this.decisions,
      drains: [...this.drains.values()],
      moves,
      moved: shards(atRest, 'moved'),
      unmoved: shards(atRest, 'unmoved'),
      movedUnseen: this.#movedUnseen + shards(forgotten, 'moved').length,
      reportedShards: forgotten.length === 0 ? this.#reportedShards : this.shards,
      steps: this.#steps,
      approvalTime: this.#approvalWatch.save(),
      drainTime: this.#drainWatch.save(),
      moveTime: this.#moveWatch.save(),
    };
  }

  get live(): boolean {
    return this.ending === undefined;
  }

  /** True once a request for approval has been decided. */
  get isDecided(): boolean {
    const { approved, rejected, expired } = this.decisions;
    return approved + rejected + expired > 0;
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
      isLost: false,
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

  /** Stops a drain of which nothing is known since `at`. */
  loseDrain(drain: Drain, at: number): void {
    drain.open = false;
    drain.isLost = true;
    this.#drainWatch.stop(at);
  }

  /** Goes on with a drain that was lost. */
  findDrain(drain: Drain, at: number): void {
    drain.open = true;
    drain.isLost = false;
    drain.startedAt = undefined;
    this.#drainWatch.start(at);
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

  /** Forgets a move of which nothing is known since `at`. */
  loseMove(move: Move, at: number): void {
    this.#moves.delete(move.shard);
    this.#moving -= 1;
    this.#moveWatch.stop(at);
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
