import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What runs until it is stopped. */
interface Stoppable {
  stop(): unknown;
}

/** A new folder for temporary files. */
export function scratchFolder(name: string): Promise<string> {
  return mkdtemp(join(tmpdir(), `${name}-`));
}

/** Removes a folder, however full it is, and whether or not it is still there. */
export function removeFolder(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true, maxRetries: 3 });
}

/** What a suite or a test has started. It is stopped after it, the last one first, also when a hook or a test failed. */
export class Cleanup {
  readonly #undo: (() => unknown)[] = [];

  /** For what the hook `before` of the suite at hand starts. */
  static forSuite(): Cleanup {
    const cleanup = new Cleanup();
    after(() => cleanup.now());
    return cleanup;
  }

  /** For what each test of the suite at hand starts, or its hook `beforeEach`. */
  static forEachTest(): Cleanup {
    const cleanup = new Cleanup();
    afterEach(() => cleanup.now());
    return cleanup;
  }

  /** Makes what has several parts, which are stopped at once when it fails. */
  static async whole<T>(make: (parts: Cleanup) => Promise<T>): Promise<T> {
    const parts = new Cleanup();
    try {
      return await make(parts);
    } catch (error) {
      await parts.now();
      throw error;
    }
  }

  /** Stops it in the end. */
  async use<T extends Stoppable>(starting: Promise<T> | T): Promise<T> {
    const part = await starting;
    this.add(() => part.stop());
    return part;
  }

  /** A folder that is removed in the end. */
  async folder(name: string): Promise<string> {
    const path = await scratchFolder(name);
    this.add(() => removeFolder(path));
    return path;
  }

  /** Does this in the end. */
  add(undo: () => unknown): void {
    this.#undo.push(undo);
  }

  /** Undoes everything now; one that fails keeps none of the others. */
  async now(): Promise<void> {
    const failures: unknown[] = [];
    for (const undo of this.#undo.splice(0).reverse()) {
      try {
        await undo();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new AggregateError(failures, failures.map(String).join('\n'));
  }
}
