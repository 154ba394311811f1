import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Say, toStandardError, withProgress } from '../../build-progress.js';
import { cachedFolder, filledFolder } from '../../cached-folder.js';
import { runCommand } from '../../command.js';
import { CACHE, REPOSITORY } from '../../repository.js';

/** The package of the page: what it is made of, and at which versions. */
export const PAGE = join(REPOSITORY, 'tools/window/heavy/page');

const HOME = join(CACHE, 'window/packages');
const PINS = ['package.json', 'package-lock.json', '.npmrc'] as const;

/**
 * Installs the libraries of the page where that has not been done since their versions changed. They are no part of the
 * repository's own packages, which would be four times as large with them.
 *
 * @returns the folder that `node_modules` is in
 * @throws Error with what npm said
 */
export async function installedPackages(say: Say = toStandardError): Promise<string> {
  return cachedFolder(
    HOME,
    await pins(),
    async (folder) => {
      for (const file of PINS) await cp(join(PAGE, file), join(folder, file));
      await withProgress(say, {
        title: "dashboards: installing Grafana's libraries with npm, 450 MB",
        usual: 'about a minute',
        // No script of a package is needed, so none is run.
        work: async () => {
          await runCommand('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder });
        },
      });
    },
    () => say('dashboards: another process is installing their libraries; waiting for that'),
  );
}

/** The folder of {@link installedPackages} where they are installed; nothing is installed. */
export async function packagesAtHand(): Promise<string | undefined> {
  return filledFolder(HOME, await pins());
}

function pins(): Promise<string[]> {
  return Promise.all(PINS.map((file) => readFile(join(PAGE, file), 'utf8')));
}
