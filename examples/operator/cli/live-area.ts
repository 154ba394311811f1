import { createLogUpdate } from 'log-update';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

const HOME_AND_CLEAR = '\u001b[H\u001b[J';
const AUTOWRAP_OFF = '\u001b[?7l';
const AUTOWRAP_ON = '\u001b[?7h';
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const INDENT = '  ';
/** Lines that are kept to be drawn again when the size changes: more than a terminal has rows. */
const KEPT = 200;
/** For a terminal that does not say its size. */
const USUAL_SIZE = { columns: 80, rows: 24 };

/** Room for lines, in a terminal. */
export interface Room {
  /** Columns without the last: what stands there makes some terminals wrap. */
  readonly columns: number;
  readonly rows: number;
}

/** True when a stream leads to a terminal whose cursor can be moved, with somebody before it. */
export function isInteractive(stream: NodeJS.WriteStream, { TERM, CI = '' }: NodeJS.ProcessEnv = process.env): boolean {
  return stream.isTTY === true && TERM !== 'dumb' && (CI === '' || CI === 'false');
}

/** The lowest lines of a terminal, drawn again and again, and what is printed above them and stays. */
export class LiveArea {
  readonly #terminal: NodeJS.WriteStream;
  readonly #draw: ReturnType<typeof createLogUpdate>;
  /** Lines printed last, each as it is for a width. */
  readonly #printed: ((columns: number) => string)[] = [];
  #render: (room: Room) => readonly string[] = () => [];
  #drawn = '';
  readonly #redraw = () => this.#drawAll();
  readonly #giveBack = () => this.#terminal.write(AUTOWRAP_ON + SHOW_CURSOR);

  constructor(terminal: NodeJS.WriteStream) {
    this.#terminal = terminal;
    // Its own way to hide the cursor is through standard error, which may lead elsewhere.
    this.#draw = createLogUpdate(terminal, { showCursor: true });
    terminal.on('resize', this.#redraw);
    terminal.write(HIDE_CURSOR);
    // However the process ends, the terminal is as it was.
    process.once('exit', this.#giveBack);
  }

  /** Prints a line above the area. Where it is too long, it is broken between words. */
  print(line: string): void {
    this.#print((columns) => {
      const [first = '', ...rest] = wrapped(line, columns - INDENT.length);
      return [first, ...rest.map((part) => INDENT + part)].join('\n');
    });
  }

  /** Prints lines above the area as they are, so that what is copied from them has no line breaks of ours. */
  printVerbatim(lines: readonly string[]): void {
    for (const line of lines) this.#print(() => line);
  }

  /** Shows other lines in the area. What is wider than the terminal is the renderer's to cut. */
  show(render: (room: Room) => readonly string[]): void {
    this.#render = render;
    const frame = this.#frame();
    if (frame !== this.#drawn) this.#together(() => this.#drawFrame(frame));
  }

  /** Leaves the lines where they are, and gives the terminal back. */
  close(): void {
    this.#terminal.off('resize', this.#redraw);
    process.off('exit', this.#giveBack);
    this.#draw.done();
    this.#giveBack();
  }

  #print(text: (columns: number) => string): void {
    this.#printed.push(text);
    if (this.#printed.length > KEPT) this.#printed.shift();
    this.#together(() => {
      this.#clear();
      this.#terminal.write(`${text(this.#size().columns)}\n`);
      this.#drawFrame(this.#frame());
    });
  }

  /** Terminals differ in what they do to lines when their width changes, so nothing is left of them. */
  #drawAll(): void {
    const frame = this.#frame();
    const { columns, rows } = this.#size();
    const fitting: string[] = [];
    let left = rows - 1 - lineCount(frame);
    for (const text of this.#printed.toReversed().map((each) => each(columns))) {
      left -= height(text, columns);
      if (left < 0) break;
      fitting.unshift(`${text}\n`);
    }
    this.#together(() => {
      this.#draw.done();
      this.#drawn = '';
      this.#terminal.write(HOME_AND_CLEAR + fitting.join(''));
      this.#drawFrame(frame);
    });
  }

  #clear(): void {
    if (this.#drawn !== '') this.#draw.clear();
    this.#drawn = '';
  }

  #drawFrame(frame: string): void {
    // log-update 7 and 8 leave lines where they were when one above them goes or comes.
    if (frame === '' || lineCount(frame) !== lineCount(this.#drawn)) this.#clear();
    if (frame === '') return;
    // A character may be wider in the terminal than in our tables; its line is cut then and not wrapped.
    this.#terminal.write(AUTOWRAP_OFF);
    this.#draw(frame);
    this.#terminal.write(AUTOWRAP_ON);
    this.#drawn = frame;
  }

  #frame(): string {
    const { columns, rows } = this.#size();
    return this.#render({ columns: columns - 1, rows }).join('\n');
  }

  /** Writes in one go, so that nobody sees a half. */
  #together(write: () => void): void {
    this.#terminal.cork();
    write();
    this.#terminal.uncork();
  }

  #size() {
    return {
      columns: this.#terminal.columns || USUAL_SIZE.columns,
      rows: this.#terminal.rows || USUAL_SIZE.rows,
    };
  }
}

function wrapped(line: string, columns: number): string[] {
  return wrapAnsi(line, Math.max(1, columns), { hard: true }).split('\n');
}

function lineCount(text: string): number {
  return text.split('\n').length;
}

/** Rows that a text takes. */
function height(text: string, columns: number): number {
  return text.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(stringWidth(line) / columns)), 0);
}
