import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runQuickstart } from '../integration/quickstart-run.js';
import { freePort } from '../support/process.js';

const QUICKSTART = new URL('../../../examples/quickstart/', import.meta.url).pathname;

/** Runs the quickstart of the README in a project, and does with it what the README says. */
export async function expectQuickstart(path: string, runtime: readonly [string, ...string[]]): Promise<void> {
  await cp(join(QUICKSTART, 'index.mjs'), join(path, 'index.mjs'));
  const shown = await readFile(join(QUICKSTART, 'scrape.txt'), 'utf8');
  await runQuickstart('index.mjs', path, await freePort(), shown, runtime);
}
