import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Say, toStandardError } from './build-progress.js';
import { cachedFolder } from './cached-folder.js';
import { runCommand } from './command.js';

/** Programs of Debian packages. */
export interface DebianPrograms {
  /** The one that counts first, then those that it needs. */
  readonly packages: readonly [string, ...string[]];
  /** Whether all that they depend on is unpacked too, as far as it is not installed on this machine. */
  readonly withDependencies?: boolean;
  /**
   * Shell scripts, by name, that start the programs that do not run as they were unpacked. `$root` is the folder that
   * stands for `/`.
   */
  readonly launchers?: Readonly<Record<string, string>>;
}

const UNPACKED = 'root';
/** The folder of the launchers, beside the folder that stands for `/`. */
const LAUNCHERS = 'bin';

/**
 * Debian's packages, unpacked where that has not been done before. They are not installed, because the installation of a
 * server starts it.
 *
 * @param home where the folder is kept
 * @returns the folders of the programs, the best first
 * @throws Error when this machine has no `apt-get`, or the packages cannot be had
 */
export async function unpackedDebianPrograms(
  home: string,
  { packages, launchers = {}, withDependencies = false }: DebianPrograms,
  say: Say = toStandardError,
): Promise<string[]> {
  const folder = await cachedFolder(home, [...packages, JSON.stringify(launchers)], async (empty) => {
    say(`${packages[0]}: unpacking Debian packages, some seconds`);
    await unpack(packages, empty, withDependencies);
    await mkdir(join(empty, LAUNCHERS));
    for (const [name, script] of Object.entries(launchers)) {
      const text = `#!/bin/sh\nroot=$(cd "$(dirname "$0")/../${UNPACKED}" && pwd)\n${script}\n`;
      await writeFile(join(empty, LAUNCHERS, name), text, { mode: 0o755 });
    }
  });
  return [join(folder, LAUNCHERS), join(folder, UNPACKED, 'usr/bin')];
}

async function unpack(packages: readonly string[], folder: string, withDependencies: boolean): Promise<void> {
  const cwd = join(folder, UNPACKED);
  await mkdir(cwd);
  const verb = withDependencies
    ? // Nothing is installed, so nobody has to be root and nothing is locked.
      [...['install', '--download-only', '--yes', '--no-install-recommends'], ...options(cwd)]
    : ['download'];
  const download = () => runCommand('apt-get', [...verb, ...packages], { cwd });
  // The package lists of a fresh machine may be missing or old.
  await download().catch(() => runCommand('apt-get', ['update']).then(download));
  for (const name of await readdir(cwd)) {
    if (!name.endsWith('.deb')) continue;
    await runCommand('dpkg', ['-x', name, '.'], { cwd });
    await rm(join(cwd, name));
  }
}

function options(archives: string): string[] {
  return ['-o', `Dir::Cache::archives=${archives}`, '-o', 'Debug::NoLocking=true'];
}
