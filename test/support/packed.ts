import { join } from 'node:path';
import { Cleanup } from './cleanup.js';
import { run } from './process.js';

const ROOT = new URL('../../../', import.meta.url).pathname;

/** Packs the package as it was built, into a folder; the path of the tarball. */
async function packed(folder: string): Promise<string> {
  const args = ['pack', '--json', '--ignore-scripts', `--pack-destination=${folder}`];
  const [{ filename }] = JSON.parse(await run('npm', args, ROOT)) as [{ filename: string }];
  return join(folder, filename);
}

/** The packed package, and a folder for what is done with it. */
export interface Packed {
  readonly folder: string;
  readonly tarball: string;
}

/** What the suite at hand has of the package before its first test, and is gone after its last. */
export function packedForSuite(): Packed {
  const cleanup = Cleanup.forSuite();
  const made = { folder: '', tarball: '' };
  before(async () => {
    made.folder = await cleanup.folder('packed');
    made.tarball = await packed(made.folder);
  });
  return made;
}
