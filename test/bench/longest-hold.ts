import { readFileSync } from 'node:fs';

/** A turn of the event loop during which nothing else could have run. */
interface Turn {
  /** Milliseconds of `performance.now()`. */
  readonly from: number;
  readonly to: number;
  /** Milliseconds for which the thread worked. */
  readonly hold: number;
}

/** Turns that are shorter are no longest hold of anything that is worth a look. */
const SHORT_MS = 1;

/**
 * Milliseconds that the thread has worked, which are the same however busy the machine is. Only Linux tells them; elsewhere
 * it is the clock on the wall.
 */
export const worked = (): number => {
  if (process.platform !== 'linux') return performance.now();
  const [nanoseconds] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1').split(' ', 1);
  return Number(nanoseconds) / 1e6;
};

/** Runs an action and measures the longest time, in ms of work, during which nothing else could have run. */
export async function longestHold(action: () => Promise<unknown>): Promise<{ hold: number; turns: readonly Turn[] }> {
  let hold = 0;
  let running = true;
  const turns: Turn[] = [];
  let seenAt = worked();
  let from = performance.now();
  const look = () => {
    const now = worked();
    const to = performance.now();
    if (now - seenAt > SHORT_MS) turns.push({ from, to, hold: now - seenAt });
    hold = Math.max(hold, now - seenAt);
    seenAt = now;
    from = to;
  };
  const probe = () => {
    look();
    if (running) setImmediate(probe);
  };
  setImmediate(probe);
  await action();
  look();
  running = false;
  return { hold, turns };
}
