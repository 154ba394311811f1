import { join } from 'node:path';
import { run } from './process.js';

const ROOT = new URL('../../../', import.meta.url).pathname;

/** Packs the package as it was built, into a folder; the path of the tarball. */
export async function packed(folder: string): Promise<string> {
  const args = ['pack', '--json', '--ignore-scripts', `--pack-destination=${folder}`];
  const [{ filename }] = JSON.parse(await run('npm', args, ROOT)) as [{ filename: string }];
  return join(folder, filename);
}
