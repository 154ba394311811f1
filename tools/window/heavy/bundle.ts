import { cp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Say, toStandardError, withProgress } from '../../build-progress.js';
import { cachedFolder } from '../../cached-folder.js';
import { runCommand } from '../../command.js';
import { CACHE } from '../../repository.js';
import { installedPackages, PAGE } from './packages.js';

const FLAGS = [
  '--bundle',
  '--splitting',
  '--format=esm',
  '--minify',
  '--jsx=automatic',
  '--entry-names=page',
  '--public-path=/heavy',
  '--define:process.env.NODE_ENV="production"',
  '--define:global=window',
  '--loader:.woff2=file',
  // Of browsers that are gone.
  ...['woff', 'ttf', 'svg', 'png'].map((type) => `--loader:.${type}=empty`),
  '--log-level=warning',
];
/** Where the bundle is inside of its folder. */
export const OUT = 'out';

/** The page of the dashboards, as a browser loads it. */
export interface HeavyBundle {
  /** With `page.js`, `page.css` and what they load. */
  readonly files: URL;
  /** With the pictures of Grafana's libraries. */
  readonly pictures: URL;
}

/**
 * Bundles the page where that has not been done since its sources changed, and installs its libraries before.
 *
 * @throws Error with what npm or esbuild said
 */
export async function bundledPage(say: Say = toStandardError): Promise<HeavyBundle> {
  const packages = await installedPackages(say);
  const folder = await cachedFolder(
    join(CACHE, 'window/page'),
    [packages, ...FLAGS, ...(await sources())],
    (empty) => bundle(empty, packages, say),
    () => say('dashboards: another process is bundling their page; waiting for that'),
  );
  return {
    files: pathToFileURL(`${join(folder, OUT)}/`),
    pictures: pathToFileURL(`${join(packages, 'node_modules/@grafana/ui/dist/public')}/`),
  };
}

/** Beside its libraries, because those of the repository must not be found first. */
async function bundle(folder: string, packages: string, say: Say): Promise<void> {
  await cp(join(PAGE, 'src'), join(folder, 'src'), { recursive: true });
  await cp(join(PAGE, 'package.json'), join(folder, 'package.json'));
  await symlink(join(packages, 'node_modules'), join(folder, 'node_modules'));
  const esbuild = join(packages, 'node_modules/.bin/esbuild');
  const said = await withProgress(say, {
    title: 'dashboards: bundling their page',
    usual: 'some seconds',
    work: () => runCommand(esbuild, ['src/main.tsx', `--outdir=${OUT}`, '--metafile=meta.json', ...FLAGS], { cwd: folder }),
  });
  await writeFile(join(folder, 'esbuild.log'), said);
}

/** Names and texts. */
async function sources(): Promise<string[]> {
  const entries = await readdir(join(PAGE, 'src'), { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
  const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
  return paths.map((path, index) => `${path.slice(PAGE.length)}\n${texts[index]}`);
}
