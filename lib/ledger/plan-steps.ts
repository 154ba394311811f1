import { aCount, type ReadBy, record } from '../intake/schema.js';
import type { MoveSlots } from './move-slots.js';
import type { Pace } from './pace.js';
import type { PlanCourse } from './plan-course.js';
import { PlanDrains, SAVED_DRAINS } from './plan-drains.js';
import { PlanMoves, SAVED_MOVES } from './plan-moves.js';
import type { PlanShards } from './plan-shards.js';
import type { PlanTally } from './plan-tally.js';
import { advance } from './progress.js';
import type { Drain, Ending, Move } from './step.js';

/** Schema of {@link PlanSteps} as plain data. */
export const SAVED_STEPS = record({ count: aCount, drains: SAVED_DRAINS, moves: SAVED_MOVES });
type SavedSteps = ReadBy<typeof SAVED_STEPS>;

/** The drains and moves of one plan, and what they do to its course. Times are milliseconds since the Unix epoch. */
export class PlanSteps {
  readonly drains: PlanDrains;
  readonly moves: PlanMoves;
  readonly #shards: PlanShards;
  readonly #course: PlanCourse;
  readonly #tally: PlanTally;
  #count = 0;

  /** @param clusterPace how long the moves of all plans take */
  constructor(shards: PlanShards, course: PlanCourse, tally: PlanTally, slots: MoveSlots, clusterPace: Pace) {
    this.#shards = shards;
    this.#course = course;
    this.#tally = tally;
    this.drains = new PlanDrains(shards, slots);
    this.moves = new PlanMoves(shards, slots, clusterPace);
  }

  /** The steps as plain data, without the moves under way, which are saved with the shards. */
  save(): SavedSteps {
    return { count: this.#count, drains: this.drains.save(), moves: this.moves.save() };
  }

  /** To be called when the shards have been loaded. */
  load({ count, drains, moves }: SavedSteps): void {
    this.#count = count;
    this.drains.load(drains);
    this.moves.load(moves);
  }

  /** Numbers the next drain or move. */
  nextOrdinal(): number {
    this.#count += 1;
    return this.#count - 1;
  }

  /** @param startedAt undefined when the start was not seen */
  openDrain(node: string, startedAt: number | undefined, shards: number, seenAt: number, now: number): Drain {
    const drain = this.drains.open(node, this.nextOrdinal(), startedAt, shards, seenAt);
    if (!this.#course.hasBegun) this.#course.begin(startedAt ?? seenAt, now);
    return drain;
  }

  /** Takes what a drain tells of its shards. */
  reportDrain(drain: Drain, shards: number, remaining: number, at: number, now: number): void {
    // A controller that tells of no moves has its pace in what its drains tell.
    const isByDrains = this.#shards.remembered === 0;
    const { progressAt = at } = this.#course;
    const { left } = this.#shards;
    this.drains.report(drain, shards, remaining, at, now);
    const moved = left - this.#shards.left;
    if (isByDrains && moved > 0) this.moves.pace.add((at - progressAt) / moved, undefined);
    this.#course.look(at, now);
  }

  /** @returns how long the drain took in seconds, if its start was seen */
  closeDrain(drain: Drain, ending: Ending, at: number, now: number): number | undefined {
    this.#tally.countEnd(ending, now);
    this.drains.close(drain, at);
    if (ending.outcome === 'completed') this.reportDrain(drain, drain.shards, 0, at, now);
    return secondsBetween(drain.startedAt, at);
  }

  /** @param seenAt when the move was first seen, which is when it started unless that is unknown */
  openMove(move: Move, seenAt: number, now: number): void {
    if (this.#shards.moving.length === 0) this.#course.leaveQueue(seenAt, now);
    if (!this.#course.hasBegun) this.#course.begin(seenAt, now);
    // Before the move has its slot, which may be the last.
    this.drains.startMove(move.source, seenAt, now);
    this.moves.open(move, seenAt);
  }

  /** @returns how long the move took in seconds, if its start was seen */
  closeMove(move: Move, ending: Ending, at: number, now: number): number | undefined {
    this.#tally.countEnd(ending, now);
    this.moves.close(move, ending, at);
    const drain = this.drains.endMove(move.source, at);
    if (ending.outcome === 'completed' && !move.again) {
      if (drain !== undefined) advance(drain.progress, at, now);
      this.#course.goOn(at, now);
    }
    this.#course.look(at, now);
    this.#course.endTurn(at);
    return secondsBetween(move.startedAt, at);
  }

  /** Stops a drain or a move of which nothing is known since `at`. */
  lose(step: Drain | Move, at: number): void {
    if ('node' in step) return this.drains.lose(step, at);
    this.moves.lose(step, at);
    this.drains.endMove(step.source, at);
    this.#course.queue(at);
  }
}

export function secondsBetween(from: number | undefined, to: number): number | undefined {
  return from === undefined ? undefined : Math.max(0, to - from) / 1000;
}
