/**
 * A counter that is read as it was at its birth until it is ripe: at 0, unless what it counts began before.
 *
 * Prometheus' `increase()` compares samples, so it never sees an event on a series that is born at 1. Time alone makes a
 * counter ripe: a collection does not say who reads, so that one reader must not ripen what another has yet to see at 0.
 */
export class ZeroFirstCounter {
  /** Milliseconds since the Unix epoch. */
  readonly bornAt: number;
  readonly #ripeAt: number;
  readonly #initial: number;
  #value: number;

  /** @param ripeAt milliseconds of {@link SteadyTime} */
  constructor(bornAt: number, ripeAt: number, initial = 0) {
    this.bornAt = bornAt;
    this.#ripeAt = ripeAt;
    this.#initial = initial;
    this.#value = initial;
  }

  increment(): void {
    this.#value += 1;
  }

  /** Counts up to a sum that is kept elsewhere. */
  raise(to: number): void {
    if (to > this.#value) this.#value = to;
  }

  /** @param at milliseconds of {@link SteadyTime} */
  read(at: number): number {
    return at >= this.#ripeAt ? this.#value : this.#initial;
  }
}
