import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { Plan } from './plan.js';

/** File that keeps the one plan of a controller over its restart. */
export class PlanFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** @throws Error when the file is there and cannot be read */
  load(): Plan | undefined {
    try {
      return JSON.parse(readFileSync(this.#path, 'utf8')) as Plan;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  save(plan: Plan): void {
    // Renamed into place: a crash leaves the old plan or the new one, never half of one.
    writeFileSync(`${this.#path}.new`, JSON.stringify(plan));
    renameSync(`${this.#path}.new`, this.#path);
  }

  clear(): void {
    rmSync(this.#path, { force: true });
  }
}
