/**
 * Wall time during which at least one of several overlapping runs was open. Times are milliseconds since the Unix
 * epoch; a clock that jumps back adds nothing.
 */
export class OverlapTimer {
  #running = 0;
  #since = 0;
  #total = 0;

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
