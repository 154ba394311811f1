import type { IdGenerator } from '@opentelemetry/sdk-trace';
import type { Random } from './random.js';

/** Trace and span ids that are the same for the same seed. */
export class SeededIds implements IdGenerator {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  generateTraceId(): string {
    return this.#hex(4);
  }

  generateSpanId(): string {
    return this.#hex(2);
  }

  #hex(words: number): string {
    // From 1, because ids of zeroes only are invalid.
    const word = () => (this.#random.below(0xffff_ffff) + 1).toString(16).padStart(8, '0');
    return Array.from({ length: words }, word).join('');
  }
}
