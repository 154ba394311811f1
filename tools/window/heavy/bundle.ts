import { cp, readdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Say, toStandardError, withProgress } from '../../build-progress.js';
import { cachedFolder, filledFolder } from '../../cached-folder.js';
import { runCommand } from '../../command.js';
import { CACHE } from '../../repository.js';
import { installedPackages, PAGE, packagesAtHand } from './packages.js';

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
  // What Grafana loads late and these pages never need: maps and editors of code.
  ...['ttf', 'svg', 'png'].map((type) => `--loader:.${type}=empty`),
  '--log-level=warning',
];
/** Fonts, by the paths at which Grafana's styles look for them. Its libraries come without. */
const FONTS: Readonly<Record<string, string>> = {
  'inter/Inter-Regular': 'inter/files/inter-latin-400-normal',
  'inter/Inter-Medium': 'inter/files/inter-latin-500-normal',
  'inter/Inter-Italic': 'inter/files/inter-latin-400-italic',
  'inter/Inter-MediumItalic': 'inter/files/inter-latin-500-italic',
  'roboto/L0xTDF4xlVMF-BfR8bXMIhJHg45mwgGEFl0_3vrtSM1J-gEPT5Ese6hmHSh0mQ':
    'roboto-mono/files/roboto-mono-latin-400-normal',
};
const HOME = join(CACHE, 'window/page');
/** Where the bundle is inside of its folder. */
const OUT = 'out';

/**
 * Bundles the page where that has not been done since its sources changed, and installs its libraries before.
 *
 * @returns the folder of what a browser loads
 * @throws Error with what npm or esbuild said
 */
export async function bundledPage(say: Say = toStandardError): Promise<URL> {
  const packages = await installedPackages(say);
  const folder = await cachedFolder(
    HOME,
    await ingredients(packages),
    (empty) => bundle(empty, packages, say),
    () => say('dashboards: another process is bundling their page; waiting for that'),
  );
  return pathToFileURL(`${join(folder, OUT)}/`);
}

/** The folder of {@link bundledPage} where all of it is there; nothing is installed or bundled. */
export async function pageAtHand(): Promise<URL | undefined> {
  const packages = await packagesAtHand();
  const folder = packages && (await filledFolder(HOME, await ingredients(packages)));
  return folder === undefined ? undefined : pathToFileURL(`${join(folder, OUT)}/`);
}

async function ingredients(packages: string): Promise<string[]> {
  return [packages, ...FLAGS, JSON.stringify(FONTS), ...(await sources())];
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
    work: () =>
      runCommand(esbuild, ['src/main.tsx', `--outdir=${OUT}`, '--metafile=meta.json', ...FLAGS], { cwd: folder }),
  });
  if (said !== '') say(said);
  await cp(join(packages, 'node_modules/@grafana/ui/dist/public/img'), join(folder, OUT, 'build/img'), {
    recursive: true,
  });
  await cp(join(PAGE, 'icons'), join(folder, OUT, 'build/img/icons/unicons'), { recursive: true });
  for (const [name, source] of Object.entries(FONTS)) {
    const font = join(packages, 'node_modules/@fontsource', `${source}.woff2`);
    await cp(font, join(folder, OUT, 'fonts', `${name}.woff2`));
  }
}

/** Names and texts. */
async function sources(): Promise<string[]> {
  const folders = ['src', 'icons'].map((name) => readdir(join(PAGE, name), { recursive: true, withFileTypes: true }));
  const paths = (await Promise.all(folders))
    .flat()
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
  const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
  return paths.map((path, index) => `${path.slice(PAGE.length)}\n${texts[index]}`);
}
