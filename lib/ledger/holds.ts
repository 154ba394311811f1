import { HELD_BY_PAUSE, MAX_CONCURRENT_MOVES, OTHER } from '../contract/vocabulary.js';
import type { RestoredPlan } from '../intake/restored-facts.js';
import { aBoolean, aNumber, aText, listOf, maybe, type ReadBy, record } from '../intake/schema.js';
import type { MoveSlots } from './move-slots.js';

/** Guardrails remembered for a plan; the rest is one. */
const MAX_GUARDRAILS = 16;

/** A guardrail that holds a plan back, or did. Plain data. */
export interface GuardrailHold {
  readonly guardrail: string;
  readonly trippedAt: number;
  /** True once the plan has gone on in spite of it. The controller may still clear it. */
  over: boolean;
}

/** Schema of {@link Holds} as plain data. */
export const SAVED_HOLDS = record({
  paused: aBoolean,
  guardrails: listOf(record({ guardrail: aText, trippedAt: aNumber, over: aBoolean })),
  since: maybe(aNumber),
  waitingSince: maybe(aNumber),
  approvalSince: maybe(aNumber),
  heldMillis: aNumber,
  countedTo: aNumber,
  slotMillis: aNumber,
});
type SavedHolds = ReadBy<typeof SAVED_HOLDS>;

/**
 * What holds one plan's work back on purpose, and for how long it has: a pause, guardrails, and slots that other plans
 * hold. The wait for approval is no work, so that nothing is counted during it. Nothing here is done by the clock: a
 * hold that was not repeated has lapsed when it is asked for. Times are milliseconds since the Unix epoch.
 */
export class Holds {
  paused = false;
  readonly guardrails: GuardrailHold[] = [];
  /**
   * Since when the pause or guardrails have held the plan back, which a lapse alone does not end: undefined only while
   * there is neither a pause nor a guardrail that is not over.
   */
  since: number | undefined;
  /** Since when the plan would start a move if there were a free slot; undefined while it waits for approval. */
  waitingSince: number | undefined;
  /** Since when the plan waits for approval. */
  approvalSince: number | undefined;
  /** Time held up to `countedTo`. */
  heldMillis = 0;
  countedTo: number;
  /** Time for which there was no free slot, at `countedTo`. */
  slotMillis: number;
  readonly #slots: MoveSlots;
  readonly #holdForMillis: number;

  constructor(slots: MoveSlots, holdForMillis: number, at: number) {
    this.#slots = slots;
    this.#holdForMillis = holdForMillis;
    this.countedTo = at;
    this.slotMillis = slots.millis(at);
  }

  /** The holds as plain data. */
  save(): SavedHolds {
    const { paused, guardrails, since, waitingSince, approvalSince, heldMillis, countedTo, slotMillis } = this;
    return { paused, guardrails, since, waitingSince, approvalSince, heldMillis, countedTo, slotMillis };
  }

  load({ guardrails, ...rest }: SavedHolds): void {
    Object.assign(this, rest);
    this.guardrails.push(...guardrails);
  }

  /** Names what holds the plan back. @param hasMore whether the plan has shards left to move */
  reasons(now: number, hasMore: boolean): string[] {
    const reasons: string[] = [];
    if (this.paused) reasons.push(HELD_BY_PAUSE);
    for (const hold of this.guardrails) if (this.#isOn(hold, now)) reasons.push(hold.guardrail);
    if (this.#waits(hasMore) && !reasons.includes(MAX_CONCURRENT_MOVES)) reasons.push(MAX_CONCURRENT_MOVES);
    return reasons;
  }

  /** Since when the plan has been held without a break. @param hasMore whether the plan has shards left to move */
  heldSince(now: number, hasMore: boolean): number | undefined {
    return this.#isHeld(now) ? this.since : this.#waitsSince(hasMore);
  }

  /** When the hold began that is there, or that a free slot has just ended. */
  get beganAt(): number | undefined {
    const { fullSince } = this.#slots;
    if (this.since !== undefined || this.waitingSince === undefined || fullSince === undefined) return this.since;
    return Math.max(this.waitingSince, fullSince);
  }

  /** Milliseconds of work in which the plan was held. */
  millis(now: number): number {
    return this.heldMillis + this.#uncounted(now);
  }

  /** When slots that others had held were free again for the plan, if it still waits. */
  get slotsFreedAt(): number | undefined {
    const { full, freedAt = Number.NEGATIVE_INFINITY } = this.#slots;
    return !full && freedAt > (this.waitingSince ?? Number.POSITIVE_INFINITY) ? freedAt : undefined;
  }

  /** Takes what a snapshot knows. */
  restore(heldMillis: number | undefined, holds: RestoredPlan['holds'], now: number): void {
    for (const { guardrail, since } of holds) {
      this.trip(guardrail, now, false);
      this.since = Math.min(this.since ?? since, since);
    }
    if (heldMillis === undefined) return;
    this.heldMillis = heldMillis;
    this.#restart(now);
  }

  suspend(at: number): void {
    this.#count(at);
    this.approvalSince = at;
  }

  unsuspend(at: number): void {
    this.#count(at);
    this.approvalSince = undefined;
  }

  pause(at: number, hasMore: boolean): void {
    if (this.paused) return;
    this.#count(at);
    const from = this.#waitsSince(hasMore) ?? at;
    this.since = this.#isHeld(at) ? Math.min(this.since ?? from, from) : from;
    this.paused = true;
  }

  /** @param now the time of arrival @returns whether this released the plan */
  resume(at: number, now: number, hasMore: boolean): boolean {
    if (!this.paused) return false;
    this.#count(at);
    this.paused = false;
    return this.#release(at, now, hasMore);
  }

  /** @returns false when there are too many guardrails, of which the rest is one */
  trip(guardrail: string, at: number, hasMore: boolean): boolean {
    if (this.since === undefined) {
      this.#count(at);
      this.since = this.#waitsSince(hasMore) ?? at;
    } else {
      // The same hold goes on, however long ago it lapsed.
      const isWork = this.approvalSince === undefined;
      this.#count(at, isWork ? at - this.countedTo : 0);
      this.since = Math.min(this.since, at);
    }
    return this.#remember({ guardrail, trippedAt: at, over: false });
  }

  /** Remembers a trip that does not hold the plan, because the controller may still clear it. */
  note(guardrail: string, at: number): void {
    if (!this.hasTripped(guardrail)) this.#remember({ guardrail, trippedAt: at, over: true });
  }

  /** Whether a guardrail has been tripped for the plan and not been cleared since. */
  hasTripped(guardrail: string): boolean {
    // Of those that are one, nobody knows which it was.
    return this.guardrails.some((hold) => hold.guardrail === guardrail || hold.guardrail === OTHER);
  }

  /** @param now the time of arrival @returns whether this released the plan */
  clear(guardrail: string, at: number, now: number, hasMore: boolean): boolean {
    const hold = this.guardrails.find((other) => other.guardrail === guardrail);
    if (hold === undefined) return false;
    this.#count(at);
    this.guardrails.splice(this.guardrails.indexOf(hold), 1);
    return !hold.over && this.#release(at, now, hasMore);
  }

  /** Ends the hold of one guardrail, because the plan has gone on at `at`. @returns whether this released the plan */
  endGuardrail(guardrail: string, at: number, now: number): boolean {
    // Most plans have none, and each of their moves comes by here.
    if (this.guardrails.length === 0) return false;
    const hold = this.guardrails.find((other) => other.guardrail === guardrail && !other.over);
    if (hold === undefined) return false;
    this.#count(at);
    hold.over = true;
    return this.#release(at, now, false);
  }

  /** Ends the hold of every guardrail, because the plan has gone on. */
  goOn(at: number): void {
    if (this.guardrails.length === 0) return;
    this.#count(at);
    for (const hold of this.guardrails) hold.over = true;
    if (!this.paused) this.since = undefined;
  }

  /** Begins or ends to wait for a free slot. */
  wait(waits: boolean, at: number): void {
    if (waits === (this.waitingSince !== undefined)) return;
    this.#count(at);
    this.waitingSince = waits ? at : undefined;
  }

  /** Ends all holds with the plan. */
  end(at: number): void {
    this.#count(at);
    this.paused = false;
    this.guardrails.length = 0;
    this.since = undefined;
    this.waitingSince = undefined;
  }

  #remember(hold: GuardrailHold): boolean {
    const known = this.guardrails.findIndex(({ guardrail }) => guardrail === hold.guardrail);
    if (known < 0 && this.guardrails.length < MAX_GUARDRAILS) {
      this.guardrails.push(hold);
      return true;
    }
    const place = known < 0 ? this.guardrails.findIndex((other) => !this.#isOn(other, hold.trippedAt)) : known;
    const before = this.guardrails[known];
    // A repetition that comes late does not shorten the hold.
    if (before !== undefined && this.#isOn(before, hold.trippedAt) && before.trippedAt > hold.trippedAt) return true;
    if (place >= 0) this.guardrails[place] = hold;
    else this.guardrails[MAX_GUARDRAILS - 1] = { ...hold, guardrail: OTHER };
    return place >= 0;
  }

  /** Counts the time held up to `at`, but for what is counted already. To be called before anything changes. */
  #count(at: number, held = this.#uncounted(at)): void {
    if (at <= this.countedTo) return;
    this.heldMillis += held;
    this.#restart(at);
  }

  #restart(at: number): void {
    this.countedTo = at;
    this.slotMillis = this.#slots.millis(at);
  }

  #uncounted(at: number): number {
    if (this.approvalSince !== undefined) return 0;
    const held = Math.max(0, Math.min(at, this.#until()) - this.countedTo);
    if (this.waitingSince === undefined) return held;
    const free = Math.max(0, at - this.countedTo - held);
    return held + Math.min(free, Math.max(0, this.#slots.millis(at) - this.slotMillis));
  }

  /** The end of what holds the plan: long past where nothing does. */
  #until(): number {
    if (this.paused) return Number.POSITIVE_INFINITY;
    let until = Number.NEGATIVE_INFINITY;
    for (const { over, trippedAt } of this.guardrails) {
      if (!over) until = Math.max(until, trippedAt + this.#holdForMillis);
    }
    return until;
  }

  #isHeld(now: number): boolean {
    return this.paused || this.guardrails.some((hold) => this.#isOn(hold, now));
  }

  /** Also false for a trip that lies far ahead: the clock was set back. */
  #isOn({ over, trippedAt }: GuardrailHold, now: number): boolean {
    return !over && Math.abs(now - trippedAt) < this.#holdForMillis;
  }

  #waits(hasMore: boolean): boolean {
    return hasMore && this.waitingSince !== undefined && this.#slots.full;
  }

  #waitsSince(hasMore: boolean): number | undefined {
    if (!this.#waits(hasMore)) return undefined;
    return Math.max(this.waitingSince as number, this.#slots.fullSince as number);
  }

  /** An event that comes late, or is ahead, releases nothing that is held now. */
  #release(at: number, now: number, hasMore: boolean): boolean {
    if (this.#isHeld(at) || this.#isHeld(now)) return false;
    // Guardrails that lapsed before hold the plan no more, even if the clock is set back to their time.
    for (const hold of this.guardrails) hold.over = true;
    this.since = undefined;
    return !this.#waits(hasMore);
  }
}
