import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const HASH_LENGTH = 16;
const LOCK = 'lock';
const BEAT_MS = 2_000;
/** A lock whose owner has not touched it for so long belongs to a process that is no more. */
const ABANDONED_MS = 20_000;
const LOOK_MS = 200;

/**
 * A folder that is filled once for each content of its ingredients, by whichever process needs it first. The others
 * wait for it.
 *
 * Its name is a hash of the ingredients, and it gets it when it is complete: what has the name can be used, and nothing
 * half-made ever has it. What former ingredients made is removed.
 *
 * @param home the folder that it is in; nothing else may be in there
 * @param ingredients everything that the content depends on
 * @param fill makes the content in an empty folder, which is renamed afterwards
 * @param onWait called once when another process is filling it
 */
export async function cachedFolder(
  home: string,
  ingredients: readonly string[],
  fill: (folder: string) => Promise<void>,
  onWait: () => void = () => {},
): Promise<string> {
  const name = hashOf(ingredients);
  const folder = join(home, name);
  if (await exists(folder)) return folder;
  await mkdir(home, { recursive: true });
  const release = await acquire(join(home, LOCK), onWait);
  try {
    // The one that was waited for may have filled it.
    if (await exists(folder)) return folder;
    // Left behind by a process that was killed.
    await removeAll(home, (entry) => entry.includes('.'));
    await fillApart(folder, fill);
    await removeAll(home, (entry) => entry !== name && entry !== LOCK);
    return folder;
  } finally {
    await release();
  }
}

/** The folder of {@link cachedFolder} where it has been filled; nothing is made. */
export async function filledFolder(home: string, ingredients: readonly string[]): Promise<string | undefined> {
  const folder = join(home, hashOf(ingredients));
  return (await exists(folder)) ? folder : undefined;
}

async function fillApart(folder: string, fill: (folder: string) => Promise<void>): Promise<void> {
  const partial = await mkdtemp(`${folder}.`);
  try {
    await fill(partial);
    await rename(partial, folder);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

function hashOf(ingredients: readonly string[]): string {
  // Programs are for one kind of machine, and a checkout may be shared between two, such as a container and its host.
  const everything = JSON.stringify([process.platform, process.arch, ...ingredients]);
  return createHash('sha256').update(everything).digest('hex').slice(0, HASH_LENGTH);
}

/**
 * Waits for a lock between processes and takes it. A lock saves the others the work; it is the renaming that keeps the
 * content whole. So it does no harm that two of them may both find a lock abandoned.
 *
 * @returns gives it back
 */
async function acquire(lock: string, onWait: () => void): Promise<() => Promise<void>> {
  let waits = false;
  while (!(await makes(lock))) {
    if (await isAbandoned(lock)) {
      await rm(lock, { recursive: true, force: true });
      continue;
    }
    if (!waits) onWait();
    waits = true;
    await wait(LOOK_MS);
  }
  const beat = setInterval(() => {
    const now = new Date();
    // It is gone if this process was stopped for so long that another took it for abandoned.
    utimes(lock, now, now).catch(() => {});
  }, BEAT_MS);
  return async () => {
    clearInterval(beat);
    await rm(lock, { recursive: true, force: true });
  };
}

/** Of all that try, one succeeds. */
async function makes(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function isAbandoned(lock: string): Promise<boolean> {
  const touched = await stat(lock).catch(() => undefined);
  return touched !== undefined && Date.now() - touched.mtimeMs > ABANDONED_MS;
}

async function removeAll(home: string, isUnwanted: (entry: string) => boolean): Promise<void> {
  const entries = (await readdir(home)).filter(isUnwanted);
  await Promise.all(entries.map((entry) => rm(join(home, entry), { recursive: true, force: true })));
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
