import { readFileSync } from 'node:fs';
import { PerformanceObserver } from 'node:perf_hooks';
import { longestHold } from './longest-hold.js';

/** The longest stretches of one action, in ms. */
export interface Holds {
  /** During which nothing else could have run, the pauses of the garbage collector included. */
  readonly loop: number;
  /** Of the garbage collector, by the clock on the wall. */
  readonly garbage: number;
}

/**
 * Milliseconds that the thread has worked, which are the same however busy the machine is. Only Linux tells them; elsewhere
 * it is the clock on the wall.
 */
export const worked = (): number => {
  if (process.platform !== 'linux') return performance.now();
  const [nanoseconds] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1').split(' ', 1);
  return Number(nanoseconds) / 1e6;
};

/** Runs an action and watches the event loop meanwhile. */
export async function holdsDuring(action: () => Promise<unknown>): Promise<Holds> {
  let garbage = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) garbage = Math.max(garbage, duration);
  });
  observer.observe({ entryTypes: ['gc'] });
  const { hold } = await longestHold(action, worked);
  // The observer is told of a pause in a later turn.
  await new Promise((resolve) => setTimeout(resolve, 50));
  observer.disconnect();
  return { loop: hold, garbage };
}
