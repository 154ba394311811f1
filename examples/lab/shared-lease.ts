import type { Lease } from '../mesh/lease.js';

/** Time after which a lease that is not renewed is free, in milliseconds. */
const DURATION_MS = 30_000;

/** The lease of a cluster, in memory that all its controllers share. */
export class SharedLease implements Lease {
  /** Nobody can reach it: the holder keeps it until it expires, and then nobody has it. */
  unreachable = false;
  #holder: string | undefined;
  #renewedAt = Number.NEGATIVE_INFINITY;

  hold(candidate: string, now: number): boolean {
    const expired = now - this.#renewedAt >= DURATION_MS;
    if (this.unreachable) return !expired && this.#holder === candidate;
    if (!expired && this.#holder !== candidate) return false;
    this.#holder = candidate;
    this.#renewedAt = now;
    return true;
  }
}
