import { access, constants, readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { unpackDebianPackages } from '../../debian-packages.js';

const CACHE = new URL('../../../../.cache/debian-redis/', import.meta.url).pathname;
/** The program is a link in the first, to a file in the second, which needs the other two. */
const PACKAGES = ['redis-server', 'redis-tools', 'libjemalloc2', 'liblzf1', 'libatomic1'];

/** A `redis-server` and what it needs to run. */
export interface RedisProgram {
  readonly path: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * The `redis-server` on PATH, else Debian's package, unpacked and not installed, because its installation would start a
 * server.
 */
export async function findRedis(): Promise<RedisProgram> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    if (await isExecutable(join(folder, 'redis-server')))
      return { path: join(folder, 'redis-server'), env: process.env };
  }
  const path = join(CACHE, 'usr/bin/redis-server');
  if (!(await isExecutable(path))) await unpackDebianPackages(PACKAGES, CACHE);
  const libraries = (await readdir(join(CACHE, 'usr/lib'))).map((name) => join(CACHE, 'usr/lib', name));
  return { path, env: { ...process.env, LD_LIBRARY_PATH: libraries.join(':') } };
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
