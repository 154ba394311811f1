import { aCount, aNumber, type ReadBy, record } from '../intake/schema.js';

/** Schema of an {@link OverlapTimer} as plain data. Milliseconds. */
export const SAVED_TIMER = record({ running: aCount, since: aNumber, total: aNumber });
type SavedTimer = ReadBy<typeof SAVED_TIMER>;

/**
 * Wall time during which at least one of several overlapping runs was open. Times are milliseconds since the Unix
 * epoch; a clock that jumps back adds nothing.
 */
export class OverlapTimer {
  #running: number;
  #since: number;
  #total: number;

  constructor({ running, since, total }: SavedTimer = { running: 0, since: 0, total: 0 }) {
    this.#running = running;
    this.#since = since;
    this.#total = total;
  }

  save(): SavedTimer {
    return { running: this.#running, since: this.#since, total: this.#total };
  }

  start(at: number): void {
    if (this.#running === 0) this.#since = at;
    this.#running += 1;
  }

  stop(at: number): void {
    if (this.#running === 0) return;
    this.#running -= 1;
    if (this.#running === 0) this.#total += Math.max(0, at - this.#since);
  }

  /** Takes what the time so far is, in milliseconds. */
  set(millis: number, now: number): void {
    this.#total = millis;
    if (this.#running === 0) return;
    // What runs now is in it.
    this.#total = Math.max(0, millis - Math.max(0, now - this.#since));
  }

  /** Seconds so far. */
  seconds(now: number): number {
    const running = this.#running > 0 ? Math.max(0, now - this.#since) : 0;
    return (this.#total + running) / 1000;
  }
}
