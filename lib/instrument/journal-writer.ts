import { randomUUID } from 'node:crypto';
import { clearTimeout, setImmediate, setTimeout } from 'node:timers';
import type { Journal } from '../contract/journal.js';
import { printable } from '../intake/printable.js';
import { type Diagnostics, messageOf } from '../otel/diagnostics.js';
import { yielder } from '../otel/yielder.js';
import { formatJournal } from './journal-text.js';

/** Least time between two writes, unless what has changed is urgent. */
const INTERVAL_MILLIS = 1_000;
/** A longer stretch of work lets the event loop turn. */
const SLICE_MILLIS = 2;
/** A text that takes longer to put together is written less often: to join and hand it over takes a twentieth of the time at most. */
const SHORT_WORK_MILLIS = 5;
const REST_PER_WORK = 20;

/** A write that takes longer is reported, and nobody waits for it any more. */
const PATIENCE_MILLIS = 10_000;
/** Causes of failures that are told apart, and how much of each: that of a database may quote the text, or never be the same. */
const MAX_CAUSES = 10;
const MAX_CAUSE_LENGTH = 300;

/** Longest text; thousands of live plans. */
const MAX_LENGTH = 16 * 1024 * 1024;

/** Content of a journal. */
export interface JournalContent {
  /** Brings the lines up to date, step by step; other work may go on in between. */
  refresh(): Iterable<void>;
  /** The lines as they were brought up to date. */
  lines(): string[];
}

/** Parts that a {@link JournalWriter} shares with others. */
export interface JournalWriterParts {
  readonly diagnostics: Diagnostics;
  readonly clock: () => number;
  /** False where the clock is not the machine's, so that a timer would not follow it. */
  readonly mayUseTimers: boolean;
}

/**
 * Writes a journal off the path of the controller's events, at the next turn of the loop: at once where something urgent
 * has changed, else a second after the last write at the earliest. One write is under way at a time; what happens meanwhile is in the next.
 */
export class JournalWriter {
  readonly #journal: Journal;
  readonly #content: JournalContent;
  readonly #parts: JournalWriterParts;
  readonly #writer = randomUUID();
  #due: 'never' | 'later' | 'soon' = 'never';
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  readonly #patienceMillis: number;
  readonly #causes = new Set<string>();
  /** Those who wait for the next write. */
  readonly #waiting: (() => void)[] = [];
  /** By the clock of the controller. */
  #writtenAt = Number.NEGATIVE_INFINITY;
  /** Beginning of the last write, and end of the rest after it, by the clock of the machine. */
  #startedAt = Number.NEGATIVE_INFINITY;
  #restUntil = 0;
  #closed = false;

  constructor(
    journal: Journal,
    content: JournalContent,
    parts: JournalWriterParts,
    patienceMillis: number = PATIENCE_MILLIS,
  ) {
    this.#patienceMillis = patienceMillis;
    this.#journal = journal;
    this.#content = content;
    this.#parts = parts;
  }

  /** Called at each change: it does next to nothing where a write is due already. */
  changed(isUrgent: boolean): void {
    if (this.#due === 'soon' || (this.#due === 'later' && !isUrgent && this.#parts.mayUseTimers)) return;
    this.#due = isUrgent || this.#isOverdue() ? 'soon' : 'later';
    if (this.#running === undefined) this.#schedule();
  }

  /** Writes what has changed up to now without a pause before it. Resolves when that is done, has failed, or takes too long. */
  async flush(): Promise<void> {
    if (this.#due === 'never' || this.#closed) {
      if (this.#running !== undefined) await this.#inTime(this.#running);
      return;
    }
    const written = new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
    });
    this.#due = 'soon';
    if (this.#running === undefined) this.#schedule();
    await this.#inTime(written);
  }

  /** Writes once more what there is, and then never again: that write is under way for good. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const _ of this.#content.refresh());
    const text = this.#text();
    const before = this.#running ?? Promise.resolve();
    const waiting = this.#waiting.splice(0);
    this.#running = before.then(() => this.#journal.write(text)).catch(this.#report);
    for (const resolve of waiting) void this.#running.then(resolve);
  }

  /** Where no timer follows the clock, a later event does what the timer would have done. */
  #isOverdue(): boolean {
    const { mayUseTimers, clock } = this.#parts;
    return !mayUseTimers && Math.abs(clock() - this.#writtenAt) >= INTERVAL_MILLIS;
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    const { mayUseTimers } = this.#parts;
    const from = this.#due === 'soon' ? this.#restUntil : Math.max(this.#restUntil, this.#startedAt + INTERVAL_MILLIS);
    // Whoever waits may be about to end the process, which no pause is to hold up.
    const delay = this.#waiting.length > 0 ? 0 : from - performance.now();
    if (mayUseTimers && delay > 0) this.#timer = setTimeout(this.#run, delay).unref();
    else if (mayUseTimers || this.#due === 'soon') setImmediate(this.#run);
  }

  readonly #run = (): void => {
    if (this.#due === 'never' || this.#running !== undefined) return;
    this.#due = 'never';
    this.#startedAt = performance.now();
    const waiting = this.#waiting.splice(0);
    this.#running = this.#write()
      .catch((error: unknown) => {
        this.#report(error);
        // Whatever was not written is still to be written.
        if (this.#due === 'never') this.#due = 'later';
      })
      .then(() => {
        for (const resolve of waiting) resolve();
        if (this.#closed) return;
        this.#running = undefined;
        if (this.#due !== 'never') this.#schedule();
      });
    if (this.#parts.mayUseTimers) void this.#inTime(this.#running, (timer) => timer.unref());
  };

  /**
   * Resolves with `written`, or when that takes too long, which is reported.
   *
   * @param onTimer may let the process end meanwhile
   */
  async #inTime(written: Promise<void>, onTimer?: (timer: NodeJS.Timeout) => void): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        this.#parts.diagnostics.once(
          'error',
          'journal: late',
          `writing the journal takes more than ${this.#patienceMillis / 1_000} s: write() is not called again before it ` +
            'has settled; a crash now would lose what it would have kept',
        );
        resolve();
      }, this.#patienceMillis);
      onTimer?.(timer);
    });
    await Promise.race([written, late]);
    clearTimeout(timer);
  }

  async #write(): Promise<void> {
    const rest = yielder(SLICE_MILLIS);
    for (const _ of this.#content.refresh()) {
      const turn = rest();
      if (turn === undefined) continue;
      await turn;
      if (this.#closed) return;
    }
    const since = performance.now();
    this.#writtenAt = this.#parts.clock();
    const pending = this.#journal.write(this.#text());
    const work = performance.now() - since;
    if (work > SHORT_WORK_MILLIS) this.#restUntil = performance.now() + REST_PER_WORK * work;
    await pending;
  }

  #text(): string {
    const header = { writtenAt: this.#parts.clock(), closed: this.#closed };
    const lines = this.#content.lines();
    let length = 0;
    const kept = lines.findIndex((line) => {
      length += line.length;
      return length > MAX_LENGTH;
    });
    if (kept < 0) return formatJournal(header, this.#writer, lines);
    this.#parts.diagnostics.once(
      'warn',
      'journal: too long',
      `the journal would be longer than ${MAX_LENGTH} characters: it holds ${kept} of ${lines.length} clusters and plans`,
    );
    return formatJournal(header, this.#writer, lines.slice(0, kept));
  }

  readonly #report = (error: unknown): void => {
    const message = printable(messageOf(error), MAX_CAUSE_LENGTH);
    if (this.#causes.size === MAX_CAUSES) return;
    this.#causes.add(message);
    this.#parts.diagnostics.once(
      'error',
      `journal: ${message}`,
      `writing the journal failed: ${message}; a crash now would lose what it would have kept`,
    );
  };
}
