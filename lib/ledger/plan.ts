import {
  type ApprovalMode,
  DECISIONS,
  type Decision,
  HELD_BY_APPROVAL,
  MAX_CONCURRENT_MOVES,
  OTHER,
  type PlanTime,
  type RebalanceState,
  UNKNOWN,
} from '../contract/vocabulary.js';
import type { RestoredPlan } from '../intake/restored-facts.js';
import { FailedMoves } from './failed-moves.js';
import { Holds } from './holds.js';
import type { MoveSlots } from './move-slots.js';
import { OverlapTimer } from './overlap-timer.js';
import { Pace } from './pace.js';
import { PlanShards } from './plan-shards.js';
import { PlanTally } from './plan-tally.js';
import { advance, noProgress, type Progress, reachesLess } from './progress.js';
import type { SavedPlan } from './saved-plan.js';
import type { Drain, Ending, Move } from './step.js';

export type { Drain, Ending, Move } from './step.js';

/** The states in which a plan is at work. */
const AT_WORK: ReadonlySet<RebalanceState> = new Set(['draining', 'rebalancing']);

/** What a plan shares with the other plans of its cluster. */
export interface PlanSurroundings {
  readonly slots: MoveSlots;
  /** How long the moves of all plans take. */
  readonly pace: Pace;
  /** Time after which a trip of a guardrail that is not repeated no longer holds a plan, in milliseconds. */
  readonly holdForMillis: number;
}

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
  /** Bytes that the plan moves in all, where they were told. */
  bytes: number | undefined;

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
  /** The last decision on a request for approval. */
  decision: Decision | undefined;

  readonly drains = new Map<string, Drain>();
  readonly holds: Holds;
  readonly progress: Progress = noProgress(0, 0);
  readonly pace = new Pace();
  readonly #clusterPace: Pace;
  readonly tally = new PlanTally();
  readonly failedMoves = new FailedMoves();
  readonly #slots: MoveSlots;
  readonly #shards = new PlanShards();
  #approvalWatch = new OverlapTimer();
  #drainWatch = new OverlapTimer();
  #moveWatch = new OverlapTimer();
  #steps = 0;
  /** When the plan was first heard of. */
  readonly #openedAt: number;
  #hasBegun = false;
  /** Time up to which a process before this one knew of all progress. */
  #seenTo = Number.NEGATIVE_INFINITY;
  /** When the plan was last released from a hold. */
  #releasedAt = Number.NEGATIVE_INFINITY;

  constructor(
    id: string,
    createdAt: number,
    seenLate: boolean,
    { slots, pace, holdForMillis }: PlanSurroundings,
    now: number,
  ) {
    this.#openedAt = now;
    this.id = id;
    this.createdAt = createdAt;
    this.stateSince = createdAt;
    this.seenLate = seenLate;
    this.#slots = slots;
    this.#clusterPace = pace;
    this.holds = new Holds(slots, holdForMillis, createdAt);
  }

  /** The plan that was saved at `savedAt`. */
  static load(saved: SavedPlan, surroundings: PlanSurroundings, savedAt: number): Plan {
    const plan = new Plan(saved.id, saved.createdAt, saved.seenLate, surroundings, Number.NEGATIVE_INFINITY);
    plan.#seenTo = savedAt;
    const { ending } = saved;
    plan.trigger = saved.trigger;
    plan.approvalMode = saved.approvalMode;
    plan.requestedBy = saved.requestedBy;
    plan.changeTicket = saved.changeTicket;
    plan.nodes = saved.nodes;
    plan.state = saved.state;
    plan.stateSince = saved.stateSince;
    plan.stateReported = saved.stateReported;
    plan.#hasBegun = saved.hasBegun;
    plan.#releasedAt = saved.releasedAt ?? Number.NEGATIVE_INFINITY;
    plan.ending = ending && { ...ending, failure: ending.failure && { ...ending.failure, stack: undefined } };
    plan.endedAt = saved.endedAt;
    plan.retireAt = saved.retireAt;
    plan.approvalSince = saved.approvalSince;
    plan.decision = saved.decision;
    for (const drain of saved.drains) plan.drains.set(drain.node, { ...drain, progress: { ...drain.progress } });
    plan.#steps = saved.steps;
    plan.#shards.load(saved.shards, plan.drains.values());
    plan.tally.load(saved.tally);
    Object.assign(plan.progress, saved.progress);
    plan.pace.load(saved.pace);
    plan.bytes = saved.bytes;
    plan.holds.load(saved.holds);
    plan.#approvalWatch = new OverlapTimer(saved.approvalTime);
    plan.#drainWatch = new OverlapTimer(saved.drainTime);
    plan.#moveWatch = new OverlapTimer(saved.moveTime);
    return plan;
  }

  /** The plan as plain data. */
  save(): SavedPlan {
    const { ending } = this;
    const failure = ending?.failure;
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
      hasBegun: this.#hasBegun,
      releasedAt: Number.isFinite(this.#releasedAt) ? this.#releasedAt : undefined,
      ending: ending && {
        outcome: ending.outcome,
        failure: failure && { type: failure.type, message: failure.message },
      },
      endedAt: this.endedAt,
      retireAt: this.retireAt,
      approvalSince: this.approvalSince,
      decision: this.decision,
      drains: [...this.drains.values()],
      steps: this.#steps,
      shards: this.#shards.save(),
      tally: this.tally.save(),
      progress: this.progress,
      pace: this.pace.save(),
      bytes: this.bytes,
      holds: this.holds.save(),
      approvalTime: this.#approvalWatch.save(),
      drainTime: this.#drainWatch.save(),
      moveTime: this.#moveWatch.save(),
    };
  }

  get live(): boolean {
    return this.ending === undefined;
  }

  /** Shards in all. */
  get shards(): number {
    return this.#shards.total;
  }

  get shardsRemaining(): number {
    return this.#shards.left;
  }

  get shardsMoving(): number {
    return this.#shards.moving.length;
  }

  /** Since when the oldest move under way has been. */
  get oldestMoveStartedAt(): number | undefined {
    let oldest: number | undefined;
    for (const { startedAt } of this.#shards.moving) {
      if (startedAt !== undefined) oldest = Math.min(oldest ?? startedAt, startedAt);
    }
    return oldest;
  }

  /** When the plan last made progress; undefined before its work has begun. */
  get progressAt(): number | undefined {
    const { at } = this.progress;
    const { slotsFreedAt } = this.holds;
    return at === undefined || slotsFreedAt === undefined ? (at ?? slotsFreedAt) : Math.max(at, slotsFreedAt);
  }

  /** When a drain last made progress: with the plan's release from a hold its own clock starts anew. */
  drainProgressAt({ open, progress: { at } }: Drain): number | undefined {
    if (!open || at === undefined) return at;
    return Math.max(at, this.#releasedAt, this.holds.slotsFreedAt ?? at);
  }

  /** Names what holds the plan back on purpose: its approval, a pause, guardrails. */
  heldReasons(now: number): string[] {
    if (!this.live) return [];
    const reasons = this.holds.reasons(now, this.#hasMore);
    return this.approvalSince === undefined ? reasons : [HELD_BY_APPROVAL, ...reasons];
  }

  /** Since when the plan has been held back without a break. */
  heldSince(now: number): number | undefined {
    if (!this.live) return undefined;
    const since = this.holds.heldSince(now, this.#hasMore);
    return this.approvalSince === undefined ? since : Math.min(this.approvalSince, since ?? this.approvalSince);
  }

  /** What holds the plan back on purpose, and since when it has without a break. */
  held(now: number): { readonly reason: string; readonly since: number }[] {
    const { approvalSince, stateSince } = this;
    const workSince = this.holds.heldSince(now, this.#hasMore) ?? stateSince;
    return this.heldReasons(now).map((reason) => ({
      reason,
      since: reason === HELD_BY_APPROVAL ? (approvalSince ?? stateSince) : workSince,
    }));
  }

  /** Seconds spent so far. */
  seconds(on: PlanTime, now: number): number {
    const at = this.endedAt ?? now;
    switch (on) {
      case 'approval':
        return this.#approvalWatch.seconds(at);
      case 'drain':
        return this.#drainWatch.seconds(at);
      case 'move':
        return this.#moveWatch.seconds(at);
      case 'total':
        return Math.max(0, at - this.createdAt) / 1000;
      case 'work':
        return Math.max(0, this.seconds('total', now) - this.seconds('approval', now));
      case 'held':
        return Math.min(this.seconds('work', now), this.holds.millis(at) / 1000);
    }
  }

  /** Takes the totals of the plan as its controller reports them. A plan that is smaller than before is counted anew. */
  reportTotals(shards: number | undefined, remaining: number | undefined, now: number): void {
    this.#shards.report(shards, remaining);
    const { progress } = this;
    if (this.shards < progress.most) {
      progress.most = this.shards;
      progress.fewest = this.shardsRemaining;
    } else if (reachesLess(progress, this.shards, this.shardsRemaining) && this.#hasBegun) {
      this.#goOn(now, now);
    }
  }

  /** @param now the time of arrival */
  enter(state: RebalanceState, at: number, now: number): void {
    const hasWaited = this.state === 'rebalancePending';
    this.state = state;
    this.stateSince = at;
    if (AT_WORK.has(state) && (hasWaited || !this.#hasBegun)) this.#begin(at, now);
    this.#queue(at);
  }

  /** Takes what a snapshot knows, after the events that lead to it. */
  restore({ workMillis, heldMillis, progressAt, holds, decisions }: RestoredPlan, now: number): void {
    for (const decision of DECISIONS) {
      this.tally.decisions[decision] = Math.max(this.tally.decisions[decision], decisions[decision] ?? 0);
    }
    if (this.tally.decisions.approved > 0 && this.approvalSince === undefined) this.decision ??= 'approved';
    if (workMillis !== undefined) {
      const waited = Math.max(0, now - this.createdAt) - workMillis;
      this.#approvalWatch.set(Math.max(0, waited), now);
    }
    this.holds.restore(heldMillis, holds, now);
    // Of a plan that was not known before, nobody saw when it last made progress.
    const from = progressAt ?? (this.#openedAt === now && this.#hasBegun ? now : undefined);
    // What a controller takes for progress may be none: a shard that was moved, had come back, and was moved again.
    if (from !== undefined && from > this.#seenTo) this.#resumeFrom(from, now);
    this.#queue(now);
  }

  openApproval(at: number): void {
    this.approvalSince = at;
    this.decision = undefined;
    this.#approvalWatch.start(at);
    this.holds.suspend(at);
    this.#queue(at);
  }

  /** @returns how long the plan waited, in seconds */
  closeApproval(decision: Decision | undefined, at: number, now: number): number | undefined {
    const since = this.approvalSince;
    this.approvalSince = undefined;
    this.decision = decision;
    if (decision !== undefined) this.tally.decisions[decision] += 1;
    this.#approvalWatch.stop(at);
    this.holds.unsuspend(at);
    const isHeld = this.heldSince(at) !== undefined || this.heldSince(now) !== undefined;
    if (decision === 'approved' && since !== undefined && !isHeld) this.#release(at, now);
    this.#queue(at);
    return secondsBetween(since, at);
  }

  /** Numbers the next drain or move. */
  nextOrdinal(): number {
    this.#steps += 1;
    return this.#steps - 1;
  }

  pause(at: number): void {
    this.holds.pause(at, this.#hasMore);
  }

  resume(at: number, now: number): void {
    if (this.holds.resume(at, now, this.#hasMore) && this.approvalSince === undefined) this.#release(at, now);
  }

  /** @returns false when there are too many guardrails to remember each of them */
  trip(guardrail: string, at: number): boolean {
    // A plan whose own moves take the slots is at its pace, and not held: when they hang, it is stuck.
    if (guardrail === MAX_CONCURRENT_MOVES && this.shardsMoving > 0 && this.#slots.limit !== undefined) {
      this.holds.note(guardrail, at);
      return true;
    }
    return this.holds.trip(guardrail, at, this.#hasMore);
  }

  /** Ends the hold of a guardrail. */
  clear(guardrail: string, at: number, now: number): void {
    if (this.holds.clear(guardrail, at, now, this.#hasMore) && this.approvalSince === undefined) this.#release(at, now);
  }

  /** @param startedAt undefined when the start was not seen */
  openDrain(node: string, startedAt: number | undefined, shards: number, seenAt: number, now: number): Drain {
    const before = this.drains.get(node);
    if (before !== undefined) this.#shards.leaveOut(before);
    const at = startedAt ?? seenAt;
    const drain: Drain = {
      node,
      ordinal: this.nextOrdinal(),
      shards: 0,
      remaining: 0,
      bytes: undefined,
      startedAt,
      open: true,
      isLost: false,
      moving: before?.moving ?? this.#movingOff(node),
      idleSince: before?.idleSince,
      progress: { at, most: shards, fewest: shards },
    };
    // Another attempt is no progress, and neither is what it reaches once more.
    if (before !== undefined && before.remaining > 0) {
      drain.progress.at = before.progress.at;
      if (shards >= before.progress.fewest) {
        Object.assign(drain.progress, before.progress);
        reachesLess(drain.progress, shards, shards);
      }
    }
    this.#shards.drain(drain, shards, shards);
    this.drains.set(node, drain);
    this.#drainWatch.start(at);
    if (!this.#hasBegun) this.#begin(at, now);
    return drain;
  }

  /** Takes what a drain tells of its shards. */
  reportDrain(drain: Drain, shards: number, remaining: number, at: number, now: number): void {
    if (this.rememberedMoves === 0) {
      // A controller that tells of no moves has its pace in what its drains tell.
      const { progressAt, shardsRemaining } = this;
      this.#shards.drain(drain, shards, remaining);
      const moved = shardsRemaining - this.shardsRemaining;
      if (progressAt !== undefined && moved > 0) this.pace.add((at - progressAt) / moved, undefined);
    } else {
      this.#shards.drain(drain, shards, remaining);
    }
    if (reachesLess(drain.progress, shards, remaining)) advance(drain.progress, at, now);
    this.#look(at, now);
  }

  /** @returns how long the drain took in seconds, if its start was seen */
  closeDrain(drain: Drain, ending: Ending, at: number, now: number): number | undefined {
    drain.open = false;
    this.tally.countEnd(ending);
    if (ending.outcome === 'completed') this.reportDrain(drain, drain.shards, 0, at, now);
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
    return this.#shards.remembered;
  }

  /** The move of a shard in flight, or how its last move left it. */
  move(shard: string): ReturnType<PlanShards['move']> {
    return this.#shards.move(shard);
  }

  /** @param seenAt when the move was first seen, which is when it started unless that is unknown */
  openMove(move: Move, seenAt: number, now: number): void {
    if (this.shardsMoving === 0) this.#leaveQueue(seenAt, now);
    if (!this.#hasBegun) this.#begin(seenAt, now);
    const drain = move.source === undefined ? undefined : this.drains.get(move.source);
    if (drain !== undefined) this.#startOff(drain, seenAt, now);
    this.#shards.open(move);
    this.#slots.take(seenAt);
    this.pace.begin(this.shardsMoving, seenAt);
    this.#clusterPace.begin(this.#slots.moving, seenAt);
    this.#moveWatch.start(seenAt);
  }

  /** @returns how long the move took in seconds, if its start was seen */
  closeMove(move: Move, ending: Ending, at: number, now: number): number | undefined {
    const { outcome, failure } = ending;
    const isProgress = outcome === 'completed' && !move.again;
    this.#shards.close(move, outcome);
    this.tally.countEnd(ending);
    if (outcome === 'failed') this.failedMoves.add(move, failure?.type ?? OTHER, at);
    else if (outcome === 'completed') this.failedMoves.makeUpFor(move.shard);
    if (isProgress) this.#pass(move, at);
    const drain = this.#leave(move, at);
    if (drain !== undefined && isProgress) advance(drain.progress, at, now);
    if (isProgress) this.#goOn(at, now);
    this.#look(at, now);
    if (this.shardsMoving === 0) this.#queue(at);
    return secondsBetween(move.startedAt, at);
  }

  /** Forgets a move of which nothing is known since `at`. */
  loseMove(move: Move, at: number): void {
    this.#shards.lose(move);
    this.#leave(move, at);
    if (this.shardsMoving === 0) this.#queue(at);
  }

  openMoves(): Move[] {
    return [...this.#shards.moving];
  }

  end(ending: Ending, at: number): void {
    this.holds.end(at);
    this.ending = ending;
    this.endedAt = at;
    this.#shards.end(ending.outcome);
  }

  /** False once nothing is left to move, where anything is known of that. */
  get #hasMore(): boolean {
    return this.shardsRemaining > 0 || this.shards === 0;
  }

  #begin(at: number, now: number): void {
    this.#hasBegun = true;
    this.#goOn(at, now);
  }

  /** Believes what a snapshot says of progress, unless more has been seen. */
  #resumeFrom(at: number, now: number): void {
    const isNew = this.#openedAt === now;
    this.#hasBegun = true;
    this.progress.at = isNew ? at : Math.max(this.progress.at ?? at, at);
    for (const { progress, startedAt } of this.drains.values()) {
      progress.at = Math.max((isNew ? startedAt : progress.at) ?? at, at);
    }
  }

  /** Looks whether less is left than ever before. */
  #look(at: number, now: number): void {
    if (reachesLess(this.progress, this.shards, this.shardsRemaining)) this.#goOn(at, now);
  }

  #goOn(at: number, now: number): void {
    advance(this.progress, at, now);
    this.holds.goOn(at);
  }

  /** Notes how long a move took. */
  #pass({ startedAt, size }: Move, at: number): void {
    if (startedAt === undefined || at < startedAt) return;
    this.pace.add(at - startedAt, size);
    this.#clusterPace.add(at - startedAt, size);
  }

  #release(at: number, now: number): void {
    advance(this.progress, at, now);
    this.#releasedAt = at;
  }

  /** Is no longer under way with a move. @returns the drain that it was of */
  #leave(move: Move, at: number): Drain | undefined {
    this.#slots.free(at);
    this.#moveWatch.stop(at);
    const drain = move.source === undefined ? undefined : this.drains.get(move.source);
    if (drain === undefined) return undefined;
    drain.moving = Math.max(0, drain.moving - 1);
    if (drain.moving === 0) drain.idleSince = at;
    return drain;
  }

  /** Waits for a free slot from now on, or no longer. */
  #queue(at: number): void {
    const mayMove = AT_WORK.has(this.state) || this.decision === 'approved';
    this.holds.wait(mayMove && this.live && this.approvalSince === undefined && this.shardsMoving === 0, at);
  }

  /** Has got a slot. */
  #leaveQueue(at: number, now: number): void {
    const { holds } = this;
    const freedAt = holds.waitingSince !== undefined && this.#slots.full ? at : holds.slotsFreedAt;
    holds.wait(false, at);
    if (holds.endGuardrail(MAX_CONCURRENT_MOVES, at, now) || freedAt !== undefined) this.#release(freedAt ?? at, now);
  }

  /** Its turn has come, at first or after it had to wait for slots. */
  #startOff(drain: Drain, at: number, now: number): void {
    if (drain.moving === 0) {
      const { idleSince } = drain;
      const { full, freedAt } = this.#slots;
      if (idleSince === undefined || full || (freedAt !== undefined && freedAt > idleSince)) {
        advance(drain.progress, at, now);
      }
    }
    drain.moving += 1;
  }

  #movingOff(node: string): number {
    let moving = 0;
    for (const { source } of this.#shards.moving) if (source === node) moving += 1;
    return moving;
  }
}

function secondsBetween(from: number | undefined, to: number): number | undefined {
  return from === undefined ? undefined : Math.max(0, to - from) / 1000;
}
