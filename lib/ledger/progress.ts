import { aCount, aNumber, maybe, record } from '../intake/schema.js';

/** The farthest that a plan or a drain has come, and when it last made progress. Plain data; times as Unix milliseconds. */
export interface Progress {
  /** When it last made progress; undefined before it has made any, of which the beginning of its work is the first. */
  at: number | undefined;
  /** The most shards it has had in all. */
  most: number;
  /** The fewest shards it has had left; what it grows by is added. */
  fewest: number;
}

/** Schema of {@link Progress}. */
export const SAVED_PROGRESS = record({ at: maybe(aNumber), most: aCount, fewest: aNumber });

/**
 * Whether there is less left than ever before. Growth raises what that is compared with, past the most so far only: a
 * shard that goes and comes back is neither growth nor progress.
 */
export function reachesLess(progress: Progress, shards: number, remaining: number): boolean {
  if (shards > progress.most) {
    progress.fewest += shards - progress.most;
    progress.most = shards;
  }
  if (remaining >= progress.fewest) return false;
  progress.fewest = remaining;
  return true;
}

/** Notes progress. A time that lies ahead of `now` is of a clock that was set back since, and gives way. */
export function advance(progress: Progress, at: number, now: number): void {
  const before = progress.at;
  progress.at = before === undefined || before > now ? at : Math.max(before, at);
}
