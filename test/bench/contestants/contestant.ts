import type { BenchController } from '../bench-controller.js';

/** One way to observe a controller, attached to it. */
interface Contestant {
  /** What a scrape does. */
  collect(): Promise<unknown>;
  /** Throws unless the contestant has seen what it should: one that misses events must not win. */
  verify(moves: number): Promise<void>;
  detach(): Promise<void>;
}

export type Attach = (controller: BenchController) => Contestant;

export function expectEqual(what: string, actual: number, expected: number): void {
  if (actual !== expected) throw new Error(`${what}: ${actual} instead of ${expected}`);
}
