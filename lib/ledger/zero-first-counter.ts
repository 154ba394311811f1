/**
 * A counter that is read as 0 until it has been collected once and `zeroFor` has passed since its birth.
 *
 * Prometheus' `increase()` compares samples, so it never sees an event on a series that is born at 1. The time makes
 * sure that every reader gets a 0 first, not only the one that happens to collect next.
 */
export class ZeroFirstCounter {
  #value = 0;
  #collected = false;
  #bornAt: number;

  /** @param bornAt milliseconds since the Unix epoch */
  constructor(bornAt: number) {
    this.#bornAt = bornAt;
  }

  /** Milliseconds since the Unix epoch. */
  get bornAt(): number {
    return this.#bornAt;
  }

  increment(): void {
    this.#value += 1;
  }

  /** The value to export at `now`; counts as a collection. Both times in milliseconds. */
  collect(now: number, zeroFor: number): number {
    // A clock set back must not hide events until it has caught up again.
    if (now < this.#bornAt) this.#bornAt = now;
    const ripe = this.#collected && now - this.#bornAt >= zeroFor;
    this.#collected = true;
    return ripe ? this.#value : 0;
  }
}
