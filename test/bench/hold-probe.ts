import { PerformanceObserver } from 'node:perf_hooks';

/** The longest stretches of one action, in ms. */
export interface Holds {
  /** During which nothing else could have run, without the pauses of the garbage collector. */
  readonly code: number;
  /** Of the garbage collector. */
  readonly garbage: number;
}

/** Runs an action and watches the event loop meanwhile. */
export async function holdsDuring(action: () => Promise<unknown>): Promise<Holds> {
  const stretches: { from: number; to: number }[] = [];
  const pauses: { from: number; to: number }[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) pauses.push({ from: startTime, to: startTime + duration });
  });
  observer.observe({ entryTypes: ['gc'] });
  let running = true;
  let seenAt = performance.now();
  const look = () => {
    const now = performance.now();
    if (now - seenAt > 1) stretches.push({ from: seenAt, to: now });
    seenAt = now;
  };
  const probe = () => {
    look();
    if (running) setImmediate(probe);
  };
  setImmediate(probe);
  await action();
  look();
  running = false;
  // The observer is told of a pause in a later turn.
  await new Promise((resolve) => setTimeout(resolve, 50));
  observer.disconnect();
  const overlap = (stretch: { from: number; to: number }) =>
    pauses.reduce((sum, { from, to }) => sum + Math.max(0, Math.min(to, stretch.to) - Math.max(from, stretch.from)), 0);
  return {
    code: Math.max(0, ...stretches.map((stretch) => stretch.to - stretch.from - overlap(stretch))),
    garbage: Math.max(0, ...pauses.map(({ from, to }) => to - from)),
  };
}
