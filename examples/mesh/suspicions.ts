import type { Finding } from './findings.js';

/** Separates findings that last from those that pass. Times are milliseconds. */
export class Suspicions {
  readonly #since = new Map<string, number>();
  readonly #confirmFor: number;

  constructor(confirmFor: number) {
    this.#confirmFor = confirmFor;
  }

  /** True while anything is under suspicion. */
  get any(): boolean {
    return this.#since.size > 0;
  }

  /** The findings that have lasted. Those that are gone are forgotten. */
  confirmed(found: readonly Finding[], now: number): Finding[] {
    const present = new Map(found.map((finding) => [keyOf(finding), finding]));
    for (const key of this.#since.keys()) if (!present.has(key)) this.#since.delete(key);
    for (const key of present.keys()) if (!this.#since.has(key)) this.#since.set(key, now);
    return found.filter((finding) => now - (this.#since.get(keyOf(finding)) ?? now) >= this.#confirmFor);
  }
}

function keyOf({ trigger, drain }: Finding): string {
  return [trigger, ...drain].join(' ');
}
