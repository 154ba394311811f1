import { setTimeout } from 'node:timers';
import type { SharedTurn } from './shared-turn.js';

/** Texts that are in memory at a time: one is read while the next one is made. */
const MOST_TEXTS = 2;
/** Milliseconds after which those who read a text make way for those who wait. */
const MOST_READING_MILLIS = 5_000;

/** Somebody who waits for a text. */
export interface Reader<T> {
  /** Never rejects. Resolves when it has read, or is gone: to true where nothing holds any of the text then. */
  read(text: T): Promise<boolean>;
  /** Ends the reading. */
  cut(): void;
}

/** Where texts come from. */
export interface TextSource<F, T> {
  /** Never rejects. */
  make(form: F): Promise<T>;
  /** Is told of a text of which nothing is held any more. */
  letGo(text: T): void;
}

interface Waiting<F, T> {
  readonly form: F;
  readonly readers: Reader<T>[];
}

interface Reading<T> {
  readonly readers: readonly Reader<T>[];
  /** Milliseconds of `performance.now()`. */
  readonly since: number;
}

/**
 * Makes one text at a time. Scrapes of one form that wait meanwhile share the next one, so that none gets values from
 * before it asked.
 */
export class SharedTexts<F, T> {
  readonly #source: TextSource<F, T>;
  readonly #turn: SharedTurn;
  readonly #waiting = new Map<string, Waiting<F, T>>();
  readonly #readings = new Set<Reading<T>>();
  #isMaking = false;
  #eviction: NodeJS.Timeout | undefined;

  constructor(source: TextSource<F, T>, turn: SharedTurn) {
    this.#source = source;
    this.#turn = turn;
  }

  request(key: string, form: F, reader: Reader<T>): void {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) this.#waiting.set(key, { form, readers: [reader] });
    else waiting.readers.push(reader);
    this.#makeNext();
  }

  #makeNext(): void {
    if (this.#isMaking || this.#waiting.size === 0) return;
    if (this.#readings.size >= MOST_TEXTS) return this.#makeRoom();
    this.#isMaking = true;
    // Those that come in the same turn of the event loop share it too.
    void this.#turn.next().then(() => this.#makeText());
  }

  async #makeText(): Promise<void> {
    const [next] = this.#waiting;
    if (next === undefined) return;
    const [key, { form, readers }] = next;
    this.#waiting.delete(key);
    const text = await this.#source.make(form);
    this.#isMaking = false;
    void this.#share(text, readers);
    this.#makeNext();
  }

  async #share(text: T, readers: readonly Reader<T>[]): Promise<void> {
    const reading = { readers, since: performance.now() };
    this.#readings.add(reading);
    const areDone = await Promise.all(readers.map((reader) => reader.read(text)));
    this.#readings.delete(reading);
    if (!areDone.includes(false)) this.#source.letGo(text);
    this.#makeNext();
  }

  /** Lets go of the oldest text as soon as it has had its time. */
  #makeRoom(): void {
    const [oldest] = this.#readings;
    if (oldest === undefined || this.#eviction !== undefined) return;
    const cut = () => {
      this.#eviction = undefined;
      if (this.#readings.has(oldest) && this.#waiting.size > 0) for (const reader of oldest.readers) reader.cut();
      this.#makeNext();
    };
    const left = MOST_READING_MILLIS - (performance.now() - oldest.since);
    this.#eviction = setTimeout(cut, Math.max(1, left)).unref();
  }
}
