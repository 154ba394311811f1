import { aCount, aNumber, maybe, type ReadBy, record } from '../intake/schema.js';

/** Schema of {@link MoveSlots} as plain data. */
export const SAVED_SLOTS = record({
  limit: maybe(aCount),
  fullSince: maybe(aNumber),
  freedAt: maybe(aNumber),
  from: maybe(aNumber),
  millis: aNumber,
});
type SavedSlots = ReadBy<typeof SAVED_SLOTS>;

/**
 * The moves that a cluster's policy allows at once, and when all of them were under way. Times are milliseconds since
 * the Unix epoch.
 */
export class MoveSlots {
  /** Most moves at once; undefined until the controller reports its policy. */
  limit: number | undefined;
  /** Moves under way, of all plans. */
  moving = 0;
  /** Since when there has been no free slot, but for gaps in which one move gave way to the next. */
  fullSince: number | undefined;
  /** When a slot was last free again. */
  freedAt: number | undefined;
  /** Since when there has been no free slot, without any gap. */
  #from: number | undefined;
  #millis = 0;
  readonly #gapMillis: number;

  /** @param gapMillis a gap of this length is one */
  constructor(gapMillis: number) {
    this.#gapMillis = gapMillis;
  }

  /** The slots as plain data, without the moves, which are saved with their plans. */
  save(): SavedSlots {
    const { limit, fullSince, freedAt } = this;
    return { limit, fullSince, freedAt, from: this.#from, millis: this.#millis };
  }

  load({ limit, fullSince, freedAt, from, millis }: SavedSlots): void {
    Object.assign(this, { limit, fullSince, freedAt });
    this.#from = from;
    this.#millis = millis;
  }

  /** Takes the moves that have been loaded, which may be others than there were when the slots were saved. */
  takeLoaded(moving: number, at: number): void {
    this.moving = moving;
    this.#look(at);
  }

  get full(): boolean {
    return this.#from !== undefined;
  }

  /** Whether a slot has been free for so short a time that it may be no more than a gap. */
  isGap(now: number): boolean {
    return this.freedAt !== undefined && Math.abs(now - this.freedAt) < this.#gapMillis;
  }

  setLimit(limit: number, at: number): void {
    this.limit = limit;
    this.#look(at);
  }

  take(at: number): void {
    this.moving += 1;
    this.#look(at);
  }

  free(at: number): void {
    this.moving -= 1;
    this.#look(at);
  }

  /** Milliseconds for which there has been no free slot so far. */
  millis(now: number): number {
    return this.#from === undefined ? this.#millis : this.#millis + Math.max(0, now - this.#from);
  }

  #look(at: number): void {
    const full = this.moving >= (this.limit ?? Number.POSITIVE_INFINITY);
    if (full === this.full) return;
    if (full) {
      const gap = this.freedAt === undefined ? Number.POSITIVE_INFINITY : at - this.freedAt;
      if (gap >= this.#gapMillis) this.fullSince = at;
      this.#from = at;
      return;
    }
    this.#millis = this.millis(at);
    this.#from = undefined;
    this.freedAt = at;
  }
}
