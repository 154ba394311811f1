import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { REPOSITORY } from './repository.js';

interface Locked {
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

async function read<T>(name: string): Promise<T> {
  return JSON.parse(await readFile(join(REPOSITORY, name), 'utf8')) as T;
}

/**
 * What somebody installs who installs the package with both of its peers, at the versions that are tested: the part of the
 * lockfile that the peers reach. Nothing is asked of a registry.
 *
 * @returns packages by their path
 */
export async function packagesOfUsers(): Promise<Record<string, Locked>> {
  const { packages } = await read<{ packages: Record<string, Locked> }>('package-lock.json');
  const { peerDependencies = {} } = await read<Locked>('package.json');
  const found: Record<string, Locked> = {};
  const visit = (name: string, from: string) => {
    const path = pathOf(name, from, packages);
    const locked = packages[path];
    if (locked === undefined) throw new Error(`the lockfile has no ${name}, which ${from || 'the package'} needs`);
    if (path in found) return;
    found[path] = locked;
    for (const needed of Object.keys({ ...locked.dependencies, ...locked.peerDependencies })) visit(needed, path);
  };
  for (const name of Object.keys(peerDependencies)) visit(name, '');
  return found;
}

/** Where Node finds a package from the folder of another: in the nearest `node_modules`. */
function pathOf(name: string, from: string, packages: Readonly<Record<string, Locked>>): string {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const path = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (path in packages || folder === '') return path;
  }
}

/** Writes the `package.json` and lockfile of a project that has just that, under the name of the package itself. */
export async function writeUsersProject(folder: string): Promise<void> {
  const { name, version, description, license } = await read<Record<string, string>>('package.json');
  const locked = await packagesOfUsers();
  const { peerDependencies = {} } = await read<Locked>('package.json');
  const dependencies = Object.fromEntries(
    Object.keys(peerDependencies).map((peer) => [peer, locked[`node_modules/${peer}`]?.version]),
  );
  const project = { name, version, description, license, dependencies };
  // Here they are no development dependencies.
  const packages = Object.entries(locked).map(([path, entry]) => [path, { ...entry, dev: undefined }]);
  const lockfile = { name, version, lockfileVersion: 3, packages: { '': project, ...Object.fromEntries(packages) } };
  await writeFile(join(folder, 'package.json'), JSON.stringify(project));
  await writeFile(join(folder, 'package-lock.json'), JSON.stringify(lockfile));
}
