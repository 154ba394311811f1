/** A turn of the event loop during which nothing else could have run. */
interface Turn {
  /** Milliseconds of `performance.now()`. */
  readonly from: number;
  readonly to: number;
  /** Milliseconds of the clock that was asked for. */
  readonly hold: number;
}

/** Turns that are shorter are no longest hold of anything that is worth a look. */
const SHORT_MS = 1;

/**
 * Runs an action and measures the longest time, in ms, during which nothing else could have run.
 *
 * @param clock in ms
 */
export async function longestHold<T>(
  action: () => Promise<T>,
  clock = () => performance.now(),
): Promise<{ hold: number; total: number; turns: readonly Turn[]; result: T }> {
  let hold = 0;
  let running = true;
  const turns: Turn[] = [];
  const startedAt = clock();
  let seenAt = startedAt;
  let from = performance.now();
  const look = () => {
    const now = clock();
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
  const result = await action();
  look();
  running = false;
  return { hold, total: clock() - startedAt, turns, result };
}
