/**
 * Runs an action and measures the longest time, in ms, during which nothing else could have run.
 *
 * @param clock in ms
 */
export async function longestHold<T>(
  action: () => Promise<T>,
  clock = () => performance.now(),
): Promise<{ hold: number; total: number; result: T }> {
  let hold = 0;
  let running = true;
  const startedAt = clock();
  let seenAt = startedAt;
  const look = () => {
    const now = clock();
    hold = Math.max(hold, now - seenAt);
    seenAt = now;
  };
  const probe = () => {
    look();
    if (running) setImmediate(probe);
  };
  setImmediate(probe);
  const result = await action();
  look();
  running = false;
  return { hold, total: clock() - startedAt, result };
}
