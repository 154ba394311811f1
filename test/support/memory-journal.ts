import type { Journal } from '../../lib/index.js';

/** A journal that outlives a controller and not the test. */
export class MemoryJournal implements Journal {
  text: string | undefined;
  writes = 0;

  read(): string | undefined {
    return this.text;
  }

  write(text: string): void {
    this.text = text;
    this.writes += 1;
  }
}
