import { stopAll } from './process.js';

/**
 * Runs after the last test of each file. A file that failed in a hook could not stop what it had started, and a file
 * that passed must have done so.
 */
export const mochaHooks = {
  async afterAll(): Promise<void> {
    const left = await stopAll();
    if (left.length > 0) throw new Error(`left running, and stopped now:\n${left.join('\n')}`);
  },
};
