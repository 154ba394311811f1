import { setTimeout as wait } from 'node:timers/promises';

const POLL_MS = 50;
const PATIENCE_MS = 30_000;

/** @throws Error when the condition does not come true */
export async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await wait(POLL_MS);
  }
}
