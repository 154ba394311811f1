import { execFile } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Unpacks Debian packages into a folder. They are not installed, because the installation of a server starts it.
 *
 * @throws Error when this machine has no `apt-get`, or the packages cannot be had
 */
export async function unpackDebianPackages(packages: readonly string[], folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const download = () => run('apt-get', ['download', ...packages], { cwd: folder });
  // The package lists of a fresh machine may be missing or old.
  await download().catch(() => run('apt-get', ['update']).then(download));
  for (const name of await readdir(folder)) {
    if (name.endsWith('.deb')) await run('dpkg', ['-x', name, '.'], { cwd: folder });
  }
}
