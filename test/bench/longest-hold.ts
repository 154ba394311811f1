/** Runs an action and measures the longest time, in ms, during which nothing else could have run. */
export async function longestHold<T>(action: () => Promise<T>): Promise<{ hold: number; total: number; result: T }> {
  let hold = 0;
  let running = true;
  const startedAt = performance.now();
  let seenAt = startedAt;
  const look = () => {
    const now = performance.now();
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
  return { hold, total: performance.now() - startedAt, result };
}
