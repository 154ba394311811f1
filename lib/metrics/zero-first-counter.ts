/**
 * A counter that is read as 0 until it is ripe.
 *
 * Prometheus' `increase()` compares samples, so it never sees an event on a series that is born at 1. Time alone makes a
 * counter ripe: a collection does not say who reads, so that one reader must not ripen what another has yet to see at 0.
 */
export class ZeroFirstCounter {
  /** Milliseconds since the Unix epoch. */
  readonly bornAt: number;
  readonly #ripeAt: number;
  #value: number;

  /**
   * @param ripeAt milliseconds of {@link SteadyTime}
   * @param value that it goes on from
   */
  constructor(bornAt: number, ripeAt: number, value = 0) {
    this.bornAt = bornAt;
    this.#ripeAt = ripeAt;
    this.#value = value;
  }

  increment(): void {
    this.#value += 1;
  }

  /** @param at milliseconds of {@link SteadyTime} */
  read(at: number): number {
    return at >= this.#ripeAt ? this.#value : 0;
  }
}
