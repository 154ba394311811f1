import { execFile } from 'node:child_process';
import { access, constants, mkdir, readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

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
  if (!(await isExecutable(path))) await unpack();
  const libraries = (await readdir(join(CACHE, 'usr/lib'))).map((name) => join(CACHE, 'usr/lib', name));
  return { path, env: { ...process.env, LD_LIBRARY_PATH: libraries.join(':') } };
}

async function unpack(): Promise<void> {
  const run = promisify(execFile);
  await mkdir(CACHE, { recursive: true });
  const download = () => run('apt-get', ['download', ...PACKAGES], { cwd: CACHE });
  // The package lists of a fresh machine may be missing or old.
  await download().catch(() => run('apt-get', ['update']).then(download));
  for (const name of await readdir(CACHE)) {
    if (name.endsWith('.deb')) await run('dpkg', ['-x', name, '.'], { cwd: CACHE });
  }
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
