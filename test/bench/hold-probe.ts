import { PerformanceObserver } from 'node:perf_hooks';
import { longestHold } from './longest-hold.js';

/** The longest stretches of one action during which nothing else could have run, in ms. */
export interface Holds {
  /** Without the pauses of the garbage collector, as long as they were by the clock on the wall. */
  readonly loop: number;
  /** With them. */
  readonly all: number;
}

/** Runs an action and watches the event loop meanwhile. */
export async function holdsDuring(action: () => Promise<unknown>): Promise<Holds> {
  const pauses: PerformanceEntry[] = [];
  const observer = new PerformanceObserver((list) => pauses.push(...list.getEntries()));
  observer.observe({ entryTypes: ['gc'] });
  const { hold, turns } = await longestHold(action);
  // The observer is told of a pause in a later turn.
  await new Promise((resolve) => setTimeout(resolve, 50));
  observer.disconnect();
  const loops = turns.map(({ from, to, hold }) => {
    const inside = pauses.filter(({ startTime }) => startTime >= from && startTime < to);
    return hold - inside.reduce((sum, { duration }) => sum + duration, 0);
  });
  return { loop: Math.max(0, ...loops), all: hold };
}
