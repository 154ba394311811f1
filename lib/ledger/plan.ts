import {
  type ApprovalMode,
  DECISIONS,
  type Decision,
  type PlanTime,
  type RebalanceState,
  UNKNOWN,
} from '../contract/vocabulary.js';
import type { RestoredPlan } from '../intake/restored-facts.js';
import type { FailedMoves } from './failed-moves.js';
import { Holds } from './holds.js';
import type { MoveSlots } from './move-slots.js';
import { OverlapTimer } from './overlap-timer.js';
import type { Pace } from './pace.js';
import { PlanCourse } from './plan-course.js';
import { PlanShards } from './plan-shards.js';
import { PlanSteps, secondsBetween } from './plan-steps.js';
import { PlanTally } from './plan-tally.js';
import type { SavedPlan } from './saved-plan.js';
import type { Drain, Ending, Move } from './step.js';

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

  /** The last decision on a request for approval. */
  decision: Decision | undefined;

  readonly tally = new PlanTally();
  readonly #shards = new PlanShards();
  /** How far it has come, and what holds it back. */
  readonly course: PlanCourse;
  /** Its drains and moves. */
  readonly steps: PlanSteps;
  #approvalTime = new OverlapTimer();
  /** When the plan was first heard of, by this process or one before it. */
  readonly openedAt: number;
  /** Time up to which a process before this one knew of all progress. */
  #seenTo = Number.NEGATIVE_INFINITY;

  constructor(
    id: string,
    createdAt: number,
    seenLate: boolean,
    { slots, pace, holdForMillis }: PlanSurroundings,
    now: number,
  ) {
    this.openedAt = now;
    this.id = id;
    this.createdAt = createdAt;
    this.stateSince = createdAt;
    this.seenLate = seenLate;
    this.course = new PlanCourse(this.#shards, slots, new Holds(slots, holdForMillis, createdAt));
    this.steps = new PlanSteps(this.#shards, this.course, this.tally, slots, pace);
  }

  /** The plan that was saved at `savedAt`. */
  static load(saved: SavedPlan, surroundings: PlanSurroundings, savedAt: number): Plan {
    const { id, createdAt, openedAt, seenLate, facts, ending } = saved;
    const plan = new Plan(id, createdAt, seenLate, surroundings, openedAt);
    Object.assign(plan, facts);
    plan.ending = ending && { ...ending, failure: ending.failure && { ...ending.failure, stack: undefined } };
    plan.#seenTo = savedAt;
    plan.tally.load(saved.tally);
    plan.#shards.load(saved.shards);
    plan.course.load(saved.course);
    plan.course.mayMove = plan.#mayMove;
    plan.steps.load(saved.steps);
    plan.#approvalTime = new OverlapTimer(saved.approvalTime);
    return plan;
  }

  /** The plan as plain data. */
  save(): SavedPlan {
    const { id, createdAt, openedAt, seenLate, ending } = this;
    const { trigger, approvalMode, requestedBy, changeTicket, nodes, bytes } = this;
    const { state, stateSince, stateReported, decision, endedAt, retireAt } = this;
    const asCreated = { trigger, approvalMode, requestedBy, changeTicket, nodes, bytes };
    const failure = ending?.failure && { type: ending.failure.type, message: ending.failure.message };
    return {
      id,
      createdAt,
      openedAt,
      seenLate,
      facts: { ...asCreated, state, stateSince, stateReported, decision, endedAt, retireAt },
      ending: ending && { outcome: ending.outcome, failure },
      tally: this.tally.save(),
      shards: this.#shards.save(),
      course: this.course.save(),
      steps: this.steps.save(),
      approvalTime: this.#approvalTime.save(),
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
    return this.steps.moves.oldestStartedAt;
  }

  /** How long the moves take. */
  get pace(): Pace {
    return this.steps.moves.pace;
  }

  get failedMoves(): FailedMoves {
    return this.steps.moves.failed;
  }

  /** Since when the plan waits for a decision. */
  get approvalSince(): number | undefined {
    return this.course.holds.approvalSince;
  }

  get holds(): Holds {
    return this.course.holds;
  }

  /** When the plan last made progress; undefined before its work has begun. */
  get progressAt(): number | undefined {
    return this.course.progressAt;
  }

  /** When the plan last made progress, where any is expected: the wait for approval is no work. */
  toldProgressAt(now: number): number | undefined {
    return this.approvalSince === undefined ? this.course.toldProgressAt(now) : undefined;
  }

  /** When a drain last made progress. */
  drainProgressAt({ open, progress: { at } }: Drain): number | undefined {
    return open && at !== undefined ? this.course.drainProgressAt(at) : at;
  }

  get isAtWork(): boolean {
    return AT_WORK.has(this.state);
  }

  /** Names what holds the plan back on purpose: its approval, a pause, guardrails. */
  heldReasons(now: number): string[] {
    return this.live ? this.course.heldReasons(now) : [];
  }

  /** Since when the plan has been held back without a break. */
  heldSince(now: number): number | undefined {
    return this.live ? this.course.heldSince(now) : undefined;
  }

  /** What holds the plan back on purpose, and since when it has without a break. */
  held(now: number): ReturnType<PlanCourse['held']> {
    return this.live ? this.course.held(now) : [];
  }

  /** Seconds spent so far. */
  seconds(on: PlanTime, now: number): number {
    const at = this.endedAt ?? now;
    switch (on) {
      case 'approval':
        return this.#approvalTime.seconds(at);
      case 'drain':
        return this.steps.drains.seconds(at);
      case 'move':
        return this.steps.moves.seconds(at);
      case 'total':
        return Math.max(0, at - this.createdAt) / 1000;
      case 'work':
        return Math.max(0, this.seconds('total', now) - this.seconds('approval', now));
      case 'held':
        return Math.min(this.seconds('work', now), this.holds.millis(at) / 1000);
    }
  }

  /** Takes the totals of the plan as its controller reports them. */
  reportTotals(shards: number | undefined, remaining: number | undefined, now: number): void {
    this.#shards.report(shards, remaining);
    this.course.recount(now);
  }

  /** @param now the time of arrival */
  enter(state: RebalanceState, at: number, now: number): void {
    const { state: before, stateSince: beforeSince } = this;
    this.state = state;
    this.stateSince = at;
    if (AT_WORK.has(state)) {
      if (!this.course.hasBegun) this.course.begin(at, now);
      else if (before === 'rebalancePending') this.course.beginAgain(beforeSince, at, now);
    }
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
      this.#approvalTime.set(Math.max(0, waited), now);
    }
    this.holds.restore(heldMillis, holds, now);
    const isNew = this.openedAt === now && this.#seenTo === Number.NEGATIVE_INFINITY;
    // Of a plan that was not known before, nobody saw when it last made progress.
    const from = progressAt ?? (isNew && this.course.hasBegun ? now : undefined);
    // What a controller takes for progress may be none: a shard that was moved, had come back, and was moved again.
    if (from !== undefined && from > this.#seenTo) {
      this.course.resumeFrom(from, isNew);
      this.steps.drains.resumeFrom(from, isNew);
    } else if (this.#mayMove && this.progressAt === undefined) {
      this.course.endWait(undefined, now, now);
    }
    this.#queue(now);
  }

  openApproval(at: number): void {
    this.decision = undefined;
    this.#approvalTime.start(at);
    this.holds.suspend(at);
    this.#queue(at);
  }

  /** @returns how long the plan waited, in seconds */
  closeApproval(decision: Decision | undefined, at: number, now: number): number | undefined {
    const since = this.approvalSince;
    this.decision = decision;
    if (decision !== undefined) this.tally.decisions[decision] += 1;
    this.#approvalTime.stop(at);
    this.holds.unsuspend(at);
    // A plan at work has its time anew whatever was decided on what it had to wait for.
    const goesOn = this.course.hasBegun ? since !== undefined && decision !== undefined : decision === 'approved';
    if (goesOn) this.course.endWait(since, at, now);
    this.#queue(at);
    return secondsBetween(since, at);
  }

  get drains(): ReadonlyMap<string, Drain> {
    return this.steps.drains.byNode;
  }

  openDrains(): Drain[] {
    return this.steps.drains.listOpen();
  }

  openMoves(): Move[] {
    return [...this.#shards.moving];
  }

  /** The move of a shard in flight, or how its last move left it. */
  move(shard: string): ReturnType<PlanShards['move']> {
    return this.#shards.move(shard);
  }

  /** Shards whose moves are remembered. */
  get rememberedMoves(): number {
    return this.#shards.remembered;
  }

  end(ending: Ending, at: number): void {
    this.holds.end(at);
    this.ending = ending;
    this.endedAt = at;
    this.#shards.end(ending.outcome);
  }

  /** Waits for a free slot from now on, or no longer. */
  #queue(at: number): void {
    this.course.mayMove = this.#mayMove;
    this.course.queue(at);
  }

  get #mayMove(): boolean {
    return this.isAtWork || this.decision === 'approved';
  }
}
