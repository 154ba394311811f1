import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Chance that comes out the same for the same seed. */
export class Random {
  readonly #generator: ReturnType<typeof xoroshiro128plus>;

  constructor(seed: number) {
    this.#generator = xoroshiro128plus(seed);
  }

  /** A source of its own for one part of the simulation, so that its draws do not shift those of the others. */
  fork(): Random {
    return new Random(uniformInt(this.#generator, -0x8000_0000, 0x7fff_ffff));
  }

  /** From `low`, included, to `high`, excluded. */
  between(low: number, high: number): number {
    return low + uniformFloat64(this.#generator) * (high - low);
  }

  /** A whole number from 0, included, to `count`, excluded. */
  below(count: number): number {
    return uniformInt(this.#generator, 0, count - 1);
  }

  /** True with a probability from 0 to 1. */
  chance(probability: number): boolean {
    return uniformFloat64(this.#generator) < probability;
  }
}
