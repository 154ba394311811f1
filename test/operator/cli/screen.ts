import { Writable } from 'node:stream';
import xterm from '@xterm/headless';

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';

/** A terminal as programs write to it and people see it. */
export class Screen {
  /** Stream that programs write to. */
  readonly stream: NodeJS.WriteStream;
  readonly #terminal: InstanceType<typeof xterm.Terminal>;
  #hidesCursor = false;

  constructor(columns: number, rows: number) {
    this.#terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
    const stream = new Writable({
      decodeStrings: false,
      write: (chunk: string, _encoding, done) => {
        const [hidden, shown] = [chunk.lastIndexOf(HIDE_CURSOR), chunk.lastIndexOf(SHOW_CURSOR)];
        if (hidden !== shown) this.#hidesCursor = hidden > shown;
        // A line feed as the driver of a terminal turns it into two characters.
        this.#terminal.write(chunk.replaceAll('\n', '\r\n'));
        done();
      },
    });
    this.stream = Object.assign(stream, { isTTY: true, columns, rows }) as unknown as NodeJS.WriteStream;
  }

  /** The lines that are to be seen, without the empty ones below them. */
  async lines(): Promise<string[]> {
    await this.#settled();
    const { active } = this.#terminal.buffer;
    const lines = Array.from(
      { length: this.#terminal.rows },
      (_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? '',
    );
    return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1);
  }

  /** True when the terminal is as a shell wants it: on a new line, with a cursor, wrapping. */
  async isGivenBack(): Promise<boolean> {
    await this.#settled();
    const { modes, buffer } = this.#terminal;
    return modes.wraparoundMode && buffer.active.cursorX === 0 && !this.#hidesCursor;
  }

  /** Resizes as somebody who drags the corner of the window. */
  async resize(columns: number, rows: number): Promise<void> {
    await this.#settled();
    this.#terminal.resize(columns, rows);
    Object.assign(this.stream, { columns, rows }).emit('resize');
  }

  /** Text is parsed later, in the order in which it was written. */
  #settled(): Promise<void> {
    return new Promise((resolve) => this.#terminal.write('', resolve));
  }
}
