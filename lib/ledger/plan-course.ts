import { HELD_BY_APPROVAL, MAX_CONCURRENT_MOVES } from '../contract/vocabulary.js';
import { aBoolean, aCount, aNumber, maybe, type ReadBy, record } from '../intake/schema.js';
import { type Holds, SAVED_HOLDS } from './holds.js';
import type { MoveSlots } from './move-slots.js';
import type { PlanShards } from './plan-shards.js';
import { advance, type Progress, reachesLess, SAVED_PROGRESS } from './progress.js';

/** Releases from holds that came to nothing, after which the next hold is the first one again. */
const MAX_IN_VAIN = 2;
/** Time without a hold after which the next one is another: a plan that stood still for so long has been called stuck. */
const MAX_FREE_MILLIS = 3_600_000;

const SAVED_IN_VAIN = record({
  releases: aCount,
  heldSince: aNumber,
  progressAt: aNumber,
  isHeldAgain: aBoolean,
});

type InVain = ReadBy<typeof SAVED_IN_VAIN>;

/** Schema of {@link PlanCourse} as plain data. */
export const SAVED_COURSE = record({
  hasBegun: aBoolean,
  releasedAt: maybe(aNumber),
  inVain: maybe(SAVED_IN_VAIN),
  progress: SAVED_PROGRESS,
  holds: SAVED_HOLDS,
});
type SavedCourse = ReadBy<typeof SAVED_COURSE>;

/** How far one plan has come, and what holds it back on purpose. Times are milliseconds since the Unix epoch. */
export class PlanCourse {
  readonly holds: Holds;
  /** True while the plan would start a move if it could. */
  mayMove = false;
  readonly #progress: Progress = { at: undefined, most: 0, fewest: 0 };
  readonly #shards: PlanShards;
  readonly #slots: MoveSlots;
  #hasBegun = false;
  /** When the plan was last released from a hold. */
  #releasedAt = Number.NEGATIVE_INFINITY;
  /**
   * Releases since which no shard has moved, when the first of these holds began, the progress before it, and whether
   * another hold has followed the last that was believed: they are one then.
   */
  #inVain: InVain | undefined;

  constructor(shards: PlanShards, slots: MoveSlots, holds: Holds) {
    this.#shards = shards;
    this.#slots = slots;
    this.holds = holds;
  }

  /** The course as plain data. */
  save(): SavedCourse {
    return {
      hasBegun: this.#hasBegun,
      releasedAt: Number.isFinite(this.#releasedAt) ? this.#releasedAt : undefined,
      inVain: this.#inVain,
      progress: this.#progress,
      holds: this.holds.save(),
    };
  }

  load({ hasBegun, releasedAt, inVain, progress, holds }: SavedCourse): void {
    this.#hasBegun = hasBegun;
    this.#releasedAt = releasedAt ?? Number.NEGATIVE_INFINITY;
    this.#inVain = inVain;
    Object.assign(this.#progress, progress);
    this.holds.load(holds);
  }

  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** When the plan last made progress; undefined before it may begin. */
  get progressAt(): number | undefined {
    const { at } = this.#progress;
    return at === undefined ? undefined : Math.max(at, this.holds.slotsFreedAt ?? at);
  }

  /** The same but for a slot that is free for no more than the moment in which one move gives way to the next. */
  toldProgressAt(now: number): number | undefined {
    return this.#slots.isGap(now) ? this.#progress.at : this.progressAt;
  }

  /** When an open drain last made progress: with the plan's release from a hold its own clock starts anew. */
  drainProgressAt(at: number): number {
    return Math.max(at, this.#releasedAt, this.holds.slotsFreedAt ?? at);
  }

  /** Names what holds the plan back: its approval, a pause, guardrails. */
  heldReasons(now: number): string[] {
    const reasons = this.holds.reasons(now, this.#shards.hasMore);
    return this.holds.approvalSince === undefined ? reasons : [HELD_BY_APPROVAL, ...reasons];
  }

  /** Since when the plan has been held back without a break. */
  heldSince(now: number): number | undefined {
    const { approvalSince } = this.holds;
    const since = this.#workHeldSince(now);
    return approvalSince === undefined ? since : Math.min(approvalSince, since ?? approvalSince);
  }

  /** What holds the plan back, and since when it has without a break. */
  held(now: number): { readonly reason: string; readonly since: number }[] {
    const { approvalSince } = this.holds;
    const workSince = this.#workHeldSince(now) ?? now;
    return this.heldReasons(now).map((reason) => ({
      reason,
      since: reason === HELD_BY_APPROVAL ? (approvalSince ?? now) : workSince,
    }));
  }

  /** The work has begun. */
  begin(at: number, now: number): void {
    this.#hasBegun = true;
    this.goOn(at, now);
  }

  /** The work begins once more, after the plan had gone back to wait at `waitedFrom`. */
  beginAgain(waitedFrom: number, at: number, now: number): void {
    this.holds.goOn(at);
    if (waitedFrom > (this.#progress.at ?? waitedFrom)) return this.#release(waitedFrom, at, now);
    // It had been let go, or a step had begun, before the state was told that this led to: that is the one beginning.
    advance(this.#progress, at, now);
  }

  /** Believes what a snapshot says of progress, unless more has been seen. */
  resumeFrom(at: number, isNew: boolean): void {
    this.#hasBegun = true;
    this.#inVain = undefined;
    this.#progress.at = isNew ? at : Math.max(this.#progress.at ?? at, at);
  }

  /** Takes totals that were reported. A plan that is smaller than before is counted anew. */
  recount(now: number): void {
    const { total, left } = this.#shards;
    if (total < this.#progress.most) {
      this.#progress.most = total;
      this.#progress.fewest = left;
    } else if (reachesLess(this.#progress, total, left) && this.#hasBegun) {
      this.goOn(now, now);
    }
  }

  /** Looks whether less is left than ever before. */
  look(at: number, now: number): void {
    if (reachesLess(this.#progress, this.#shards.total, this.#shards.left)) this.goOn(at, now);
  }

  /** The plan has made progress, which no guardrail holds back any more. */
  goOn(at: number, now: number): void {
    advance(this.#progress, at, now);
    this.#inVain = undefined;
    this.holds.goOn(at);
  }

  /** A decision that nothing else stands beside lets the plan go. @param requestedAt undefined when that was not seen */
  endWait(requestedAt: number | undefined, at: number, now: number): void {
    const since = this.heldSince(at) ?? this.heldSince(now);
    if (since === undefined) {
      this.holds.goOn(at);
      this.#release(requestedAt, at, now);
    } else {
      // A guardrail that nobody clears lapses, which is no release: from then on it is stuck unless it begins.
      this.#progress.at ??= Math.min(at, since);
    }
  }

  pause(at: number): void {
    // Told once more, also by a journal, it is the same pause.
    if (this.holds.paused) return;
    this.holds.pause(at, this.#shards.hasMore);
    this.#holdAgain(at);
  }

  resume(at: number, now: number): void {
    const { beganAt } = this.holds;
    if (this.holds.resume(at, now, this.#shards.hasMore)) this.#goUnlessWaiting(beganAt, at, now);
  }

  /** @returns false when there are too many guardrails to remember each of them */
  trip(guardrail: string, at: number): boolean {
    // A plan whose own moves take the slots is at its pace, and not held: when they hang, it is stuck.
    if (guardrail === MAX_CONCURRENT_MOVES && this.#shards.moving.length > 0 && this.#slots.limit !== undefined) {
      this.holds.note(guardrail, at);
      return true;
    }
    const isKept = this.holds.trip(guardrail, at, this.#shards.hasMore);
    this.#holdAgain(at);
    return isKept;
  }

  /** Ends the hold of a guardrail. */
  clear(guardrail: string, at: number, now: number): void {
    const { beganAt } = this.holds;
    if (this.holds.clear(guardrail, at, now, this.#shards.hasMore)) this.#goUnlessWaiting(beganAt, at, now);
  }

  /** Waits for a free slot from now on, or no longer. */
  queue(at: number): void {
    this.holds.wait(this.mayMove && this.holds.approvalSince === undefined && this.#shards.moving.length === 0, at);
  }

  /** A move has ended, and with the last one under way the turn of the plan. */
  endTurn(at: number): void {
    this.queue(at);
    if (this.holds.waitingSince !== undefined) this.#holdAgain(at);
  }

  /** A slot has been got. */
  leaveQueue(at: number, now: number): void {
    const { holds } = this;
    const { beganAt } = holds;
    const freedAt = holds.waitingSince !== undefined && this.#slots.full ? at : holds.slotsFreedAt;
    holds.wait(false, at);
    if (holds.endGuardrail(MAX_CONCURRENT_MOVES, at, now) || freedAt !== undefined) {
      this.#release(beganAt, freedAt ?? at, now);
    }
  }

  #workHeldSince(now: number): number | undefined {
    const since = this.holds.heldSince(now, this.#shards.hasMore);
    const inVain = since === undefined ? undefined : this.#inVainBefore(since);
    return inVain?.isHeldAgain ? inVain.heldSince : since;
  }

  /** What has not begun, nor been approved, has nothing to go on with; what waits for its approval is released by that. */
  #goUnlessWaiting(heldSince: number | undefined, at: number, now: number): void {
    if (this.holds.approvalSince === undefined && (this.#hasBegun || this.mayMove)) this.#release(heldSince, at, now);
  }

  /** @param heldSince when the hold began that is over */
  #release(heldSince: number | undefined, at: number, now: number): void {
    // Of holds and of beginnings that come to nothing, the third is no progress any more.
    const from = heldSince ?? at;
    const begun = { releases: 0, heldSince: from, progressAt: this.#progress.at ?? at, isHeldAgain: false };
    const before = this.#inVainBefore(from) ?? begun;
    this.#inVain = { ...before, releases: before.releases + 1 };
    this.#releasedAt = at;
    if (before.releases < MAX_IN_VAIN) advance(this.#progress, at, now);
    else this.#progress.at = before.progressAt;
  }

  /** What is held and released time after time, and moves no shard in between, is held since the first time. */
  #holdAgain(at: number): void {
    const inVain = this.#inVainBefore(this.holds.beganAt ?? at);
    if (inVain === undefined || inVain.releases < MAX_IN_VAIN || inVain.isHeldAgain) return;
    this.#inVain = { ...inVain, isHeldAgain: true };
    this.#progress.at = inVain.progressAt;
  }

  /** What was in vain before a hold that begins at `at`, and is one with it. */
  #inVainBefore(at: number): InVain | undefined {
    return at - this.#releasedAt > MAX_FREE_MILLIS ? undefined : this.#inVain;
  }
}
