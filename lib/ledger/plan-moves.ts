import { OTHER } from '../contract/vocabulary.js';
import { type ReadBy, record } from '../intake/schema.js';
import { FailedMoves } from './failed-moves.js';
import type { MoveSlots } from './move-slots.js';
import { OverlapTimer, SAVED_TIMER } from './overlap-timer.js';
import { Pace, SAVED_PACE } from './pace.js';
import type { PlanShards } from './plan-shards.js';
import type { Ending, Move } from './step.js';

/** Schema of {@link PlanMoves} as plain data. */
export const SAVED_MOVES = record({ pace: SAVED_PACE, time: SAVED_TIMER });
type SavedMoves = ReadBy<typeof SAVED_MOVES>;

/** The moves of one plan: what each takes of the slots and tells of the pace. Times are milliseconds since the Unix epoch. */
export class PlanMoves {
  readonly pace = new Pace();
  readonly failed = new FailedMoves();
  readonly #shards: PlanShards;
  readonly #slots: MoveSlots;
  readonly #clusterPace: Pace;
  #time = new OverlapTimer();

  /** @param clusterPace how long the moves of all plans take */
  constructor(shards: PlanShards, slots: MoveSlots, clusterPace: Pace) {
    this.#shards = shards;
    this.#slots = slots;
    this.#clusterPace = clusterPace;
  }

  /** What the moves add up to as plain data; they themselves are saved with the shards. */
  save(): SavedMoves {
    return { pace: this.pace.save(), time: this.#time.save() };
  }

  load({ pace, time }: SavedMoves): void {
    this.pace.load(pace);
    this.#time = new OverlapTimer(time);
  }

  /** Seconds in which any shard was on its way. */
  seconds(now: number): number {
    return this.#time.seconds(now);
  }

  /** Since when the oldest move under way has been. */
  get oldestStartedAt(): number | undefined {
    let oldest: number | undefined;
    for (const { startedAt } of this.#shards.moving) {
      if (startedAt !== undefined) oldest = Math.min(oldest ?? startedAt, startedAt);
    }
    return oldest;
  }

  /** @param seenAt when the move was first seen, which is when it started unless that is unknown */
  open(move: Move, seenAt: number): void {
    this.#shards.open(move);
    this.#slots.take(seenAt);
    this.pace.begin(this.#shards.moving.length, seenAt);
    this.#clusterPace.begin(this.#slots.moving, seenAt);
    this.#time.start(seenAt);
  }

  close(move: Move, { outcome, failure }: Ending, at: number): void {
    this.#shards.close(move, outcome);
    if (outcome === 'failed') {
      this.failed.add(move, failure?.type ?? OTHER, at);
    } else if (outcome === 'completed') {
      this.failed.makeUpFor(move.shard);
      if (!move.again) this.#pass(move, at);
    }
    this.#leave(at);
  }

  /** Forgets a move of which nothing is known since `at`. */
  lose(move: Move, at: number): void {
    this.#shards.lose(move);
    this.#leave(at);
  }

  /** Notes how long a move took. */
  #pass({ startedAt, size }: Move, at: number): void {
    if (startedAt === undefined || at < startedAt) return;
    this.pace.add(at - startedAt, size);
    this.#clusterPace.add(at - startedAt, size);
  }

  #leave(at: number): void {
    this.#slots.free(at);
    this.#time.stop(at);
  }
}
