import { randomBytes } from 'node:crypto';
import { lstatSync, readFileSync, readlinkSync, realpathSync, type Stats, statSync } from 'node:fs';
import { open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Journal } from './contract/journal.js';
import { describe } from './intake/describe.js';

export type { Journal };

/** Bytes at the beginning by which one text is told from another: a journal begins with its writer and its time. */
const HEAD_BYTES = 256;
/** A file this long is no journal, and reading it would take the process's memory. */
const MAX_BYTES = 64 * 1024 * 1024;
/** Two processes that take turns, as in a deployment, meet for a short while; the later one goes on. */
const TURN_MILLIS = 5_000;
/** What a crashed process has left half-written is older than that. */
const LEFT_BEHIND_MILLIS = 60_000;
/** More of them, one after the other, go in a circle. */
const MAX_LINKS = 40;

/**
 * A journal in a file, which is written beside it and renamed, with mode 0600, off the event loop. Its folder must exist:
 * a folder that was made in the place of a missing mount would be lost with the container.
 *
 * The folder must outlive what may die: a crash of the process any folder does; a container, an `emptyDir`; a pod, a
 * persistent volume. Another user of the same file is noticed and reported through `diag`; the one that was there first then
 * stops writing. Nothing is locked, so that nobody waits for one that has died.
 *
 * @param path one for each instrumented controller
 * @throws TypeError when `path` is not a non-empty string
 */
export function fileJournal(path: string): Journal {
  if (typeof path !== 'string' || path === '') {
    throw new TypeError(`path of fileJournal must be a non-empty string, got ${describe(path)}`);
  }
  return new FileJournal(resolve(path));
}

class FileJournal implements Journal {
  #path: string;
  /** By which the file that is written beside it has a name that no other user takes. */
  readonly #suffix = `.${randomBytes(6).toString('hex')}.tmp`;
  /** The beginning of the file as this user left or found it; undefined before that. */
  #head: string | undefined;
  #firstWriteAt: number | undefined;
  #left: Promise<void> = Promise.resolve();
  #yielded = false;

  constructor(path: string) {
    this.#path = path;
  }

  read(): string | undefined {
    this.#followLinks();
    const found = statSync(this.#path, { throwIfNoEntry: false });
    if (found === undefined) {
      this.#head = '';
      return undefined;
    }
    this.#check(found);
    const bytes = readFileSync(this.#path);
    this.#head = headOf(bytes);
    return bytes.toString();
  }

  write(text: string): Promise<void> {
    // One after the other, also for a caller that does not wait.
    const turn = this.#left.then(() => this.#replace(text));
    this.#left = turn.catch(() => {});
    return turn;
  }

  async #replace(text: string): Promise<void> {
    if (this.#yielded) return;
    const bytes = Buffer.from(text);
    const isFirst = this.#firstWriteAt === undefined;
    this.#firstWriteAt ??= performance.now();
    if (isFirst) {
      this.#followLinks();
      await this.#removeLeftovers();
    }
    const isShared = await this.#hasOtherHead();
    this.#yielded = isShared && performance.now() - this.#firstWriteAt > TURN_MILLIS;
    if (!this.#yielded) await this.#renameOver(bytes);
    if (isShared) {
      throw new Error(
        `${this.#path} is written by another instrument() too, in this process or another; ` +
          (this.#yielded ? 'this one has stopped writing it' : 'each needs a file of its own'),
      );
    }
  }

  async #renameOver(bytes: Buffer): Promise<void> {
    const beside = `${this.#path}${this.#suffix}`;
    const file = await open(beside, 'wx', 0o600);
    try {
      await file.writeFile(bytes).finally(() => file.close());
      await rename(beside, this.#path);
    } catch (error) {
      await ifThere(unlink(beside));
      throw error;
    }
    this.#head = headOf(bytes);
  }

  /** Goes where links lead, also to a file that is still to be: to rename over a link would leave its volume behind. */
  #followLinks(): void {
    for (let links = 0; links < MAX_LINKS; links += 1) {
      if (!lstatSync(this.#path, { throwIfNoEntry: false })?.isSymbolicLink()) return;
      this.#path = resolve(realpathSync(dirname(this.#path)), readlinkSync(this.#path));
    }
  }

  /** @throws Error for what is no file of ours: opening a pipe would wait for its writer. */
  #check(found: Stats): void {
    if (!found.isFile()) throw new Error(`${this.#path} is not a file`);
    if (found.size > MAX_BYTES)
      throw new Error(`${this.#path} has ${found.size} bytes, which is too much for a journal`);
  }

  /** True when the file begins in another way than this user knows. One that somebody has deleted is written anew. */
  async #hasOtherHead(): Promise<boolean> {
    const found = await ifThere(stat(this.#path));
    if (found !== undefined) this.#check(found);
    if (found === undefined || this.#head === undefined) return false;
    const file = await ifThere(open(this.#path, 'r'));
    if (file === undefined) return false;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES)).finally(() => file.close());
    return headOf(buffer.subarray(0, bytesRead)) !== this.#head;
  }

  /** Removes what users of this file have left half-written when they died. */
  async #removeLeftovers(): Promise<void> {
    const folder = dirname(this.#path);
    const name = basename(this.#path);
    for (const entry of await readdir(folder)) {
      if (!entry.startsWith(`${name}.`) || !/^[\da-f]{12}\.tmp$/.test(entry.slice(name.length + 1))) continue;
      const leftover = join(folder, entry);
      const found = await ifThere(stat(leftover));
      if (found !== undefined && Date.now() - found.mtimeMs > LEFT_BEHIND_MILLIS) await ifThere(unlink(leftover));
    }
  }
}

function headOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString('latin1');
}

/** What comes of a file, or undefined where it is not there. */
async function ifThere<T>(action: Promise<T>): Promise<T | undefined> {
  try {
    return await action;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
