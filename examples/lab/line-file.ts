import { closeSync, openSync, writeSync } from 'node:fs';

const CHUNK = 4 << 20;

/** Takes lines of text. */
export interface Lines {
  write(line: string): void;
}

/** A text file that is written in large pieces, so that files far larger than the heap can be made. */
export class LineFile implements Lines {
  readonly #file: number;
  #pending: string[] = [];
  #size = 0;

  constructor(path: string) {
    this.#file = openSync(path, 'w');
  }

  write(line: string): void {
    this.#pending.push(line, '\n');
    this.#size += line.length + 1;
    if (this.#size >= CHUNK) this.#flush();
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    const bytes = Buffer.from(this.#pending.join(''));
    for (let written = 0; written < bytes.length; ) written += writeSync(this.#file, bytes, written);
    this.#pending = [];
    this.#size = 0;
  }
}
