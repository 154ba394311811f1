/**
 * Follows a clock and never runs backwards: after the clock was set back it goes on from where it was, so that nothing
 * which has been shown is hidden again until the clock has caught up. Milliseconds.
 */
export class SteadyTime {
  #offset = 0;
  #last: number;

  /** @param now what the clock shows */
  constructor(now: number) {
    this.#last = now;
  }

  /** Follows the clock to `now`. */
  follow(now: number): number {
    if (now + this.#offset < this.#last) this.#offset = this.#last - now;
    this.#last = now + this.#offset;
    return this.#last;
  }

  /** The time at `now`, without following the clock there. */
  at(now: number): number {
    return Math.max(this.#last, now + this.#offset);
  }
}
