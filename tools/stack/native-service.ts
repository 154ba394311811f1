import { cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Addresses, withAddresses } from './addresses.js';
import { type Service, STACK_FOLDER } from './compose.js';

/** Command of a service without a container. */
export interface NativeService {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Puts what a service mounts below a folder, where it takes the place of the container's root. Nothing is changed but
 * addresses, and paths in arguments.
 */
export async function prepare(
  { name, command, environment, volumes }: Service,
  addresses: Addresses,
  root: string,
): Promise<NativeService> {
  const own = addresses.get(name) as string;
  for (const { source, target } of volumes) {
    const place = join(root, target);
    if (source === undefined) {
      await mkdir(place, { recursive: true });
      continue;
    }
    await mkdir(dirname(place), { recursive: true });
    await cp(new URL(source, STACK_FOLDER), place, { recursive: true });
    for (const file of await filesOf(place)) {
      await writeFile(file, withAddresses(await readFile(file, 'utf8'), addresses, own));
    }
  }
  const adapted = (text: string) =>
    volumes.reduce(
      (path, { target }) => path.replace(new RegExp(`(^|=)(?=${target}(/|$))`), `$1${root}`),
      withAddresses(text, addresses, own),
    );
  return {
    args: command.map(adapted),
    environment: Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, adapted(value)])),
  };
}

async function filesOf(place: string): Promise<string[]> {
  if (!(await stat(place)).isDirectory()) return [place];
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}
