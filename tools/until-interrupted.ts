import { once } from 'node:events';
import { Shutdown } from '../examples/stack/shutdown.js';

/**
 * Does the work of a command, and ends all that it has started: when it is done, fails, or is interrupted.
 *
 * @param work a failure of it is one line, and a status other than 0
 */
export async function untilInterrupted(
  work: (shutdown: Shutdown, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => interrupted.abort());
  const shutdown = new Shutdown();
  try {
    await work(shutdown, interrupted.signal);
  } catch (error) {
    if (!interrupted.signal.aborted) {
      console.error(`error: ${(error as Error).message}`);
      process.exitCode = 1;
    }
  } finally {
    await shutdown.run();
  }
}

/** Resolves at the interruption, or after so many milliseconds. */
export async function interruption(signal: AbortSignal, limit?: number): Promise<void> {
  if (signal.aborted) return;
  const ended = new AbortController();
  const timer = limit === undefined ? undefined : setTimeout(() => ended.abort(), limit);
  await once(AbortSignal.any([signal, ended.signal]), 'abort');
  clearTimeout(timer);
}
