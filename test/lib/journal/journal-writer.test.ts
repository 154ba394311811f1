import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import { parseJournal } from '../../../lib/instrument/journal-text.js';
import { type JournalContent, JournalWriter } from '../../../lib/instrument/journal-writer.js';
import { Diagnostics } from '../../../lib/otel/diagnostics.js';
import { TestClock } from '../../support/clock.js';
import { diagMessages } from '../../support/diag.js';
import { until } from '../../support/until.js';

/** A journal in memory whose writes end when they are told. */
class HeldJournal {
  readonly texts: string[] = [];
  #release: (() => void) | undefined;

  read(): undefined {}

  write(text: string): Promise<void> {
    this.texts.push(text);
    return new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  async release(): Promise<void> {
    this.#release?.();
    await nextTurn();
  }
}

/** The time that work takes, which passes only when told. Timers are the machine's own. */
class Stopwatch {
  passed = 0;

  constructor() {
    performance.now = () => this.passed;
  }

  [Symbol.dispose](): void {
    Reflect.deleteProperty(performance, 'now');
  }
}

function writerOf(
  journal: { write(text: string): Promise<void> | void },
  mayUseTimers = true,
  given: Partial<JournalContent> = {},
  patienceMillis?: number,
) {
  const clock = new TestClock();
  let line = 0;
  const content = {
    *refresh() {
      line += 1;
      yield;
    },
    lines: () => [`${line}`],
    ...given,
  };
  const parts = { diagnostics: new Diagnostics(), clock: clock.read, mayUseTimers };
  return {
    clock,
    writer: new JournalWriter(
      { read: () => undefined, write: (text) => journal.write(text) },
      content,
      parts,
      patienceMillis,
    ),
  };
}

describe('the writer of a journal', () => {
  it('writes what is urgent at the next turn of the loop, once for all of it', async () => {
    const journal = new HeldJournal();
    const { writer } = writerOf(journal);
    for (let i = 0; i < 100; i += 1) writer.changed(i % 2 === 0);
    expect(journal.texts).to.deep.equal([]);
    // On a busy machine the loop turns once more while the lines are made.
    await until(() => journal.texts.length > 0);
    expect(journal.texts).to.have.lengthOf(1);
    writer.close();
  });

  it('has one write under way, and then one with all that came meanwhile', async () => {
    const journal = new HeldJournal();
    const { writer } = writerOf(journal);
    writer.changed(true);
    await until(() => journal.texts.length > 0);
    for (let i = 0; i < 3; i += 1) {
      writer.changed(true);
      await nextTurn();
    }
    expect(journal.texts).to.have.lengthOf(1);
    await journal.release();
    await until(() => journal.texts.length > 1);
    expect(journal.texts).to.have.lengthOf(2);
    writer.close();
  });

  it('writes once what was due for two reasons, and begins no write beside another', async () => {
    using _frozen = new Stopwatch();
    for (const isHeld of [false, true]) {
      const journal = new HeldJournal();
      const { writer } = writerOf({
        write: (text) => {
          const released = journal.write(text);
          if (isHeld && journal.texts.length === 1) for (const isUrgent of [true, false]) writer.changed(isUrgent);
          return isHeld ? released : undefined;
        },
      });
      const written = async () => {
        await nextTurn();
        await nextTurn();
        return journal.texts.length;
      };
      for (const isUrgent of [false, true]) writer.changed(isUrgent);
      expect(await written()).to.equal(1);
      await journal.release();
      expect(await written()).to.equal(isHeld ? 2 : 1);
      writer.close();
    }
  });

  it('rests after a text that took long to put together, unless somebody waits for it', async () => {
    using watch = new Stopwatch();
    const journal = new HeldJournal();
    let work = 5;
    const lines = () => {
      watch.passed += work;
      return [];
    };
    const { writer } = writerOf({ write: (text) => void journal.write(text) }, true, { lines });
    const written = async () => {
      await nextTurn();
      return journal.texts.length;
    };
    writer.changed(true);
    expect(await written()).to.equal(1);
    work = 1_000;
    writer.changed(true);
    expect(await written()).to.equal(2);
    watch.passed += 19_900;
    writer.changed(true);
    expect(await written(), 'twenty times as long as it worked').to.equal(2);
    void writer.flush();
    expect(await written()).to.equal(3);
    watch.passed += 20_000;
    writer.changed(true);
    expect(await written()).to.equal(4);
    writer.close();
  });

  it('lets the loop turn while it makes many lines, and leaves them to the last write where it is closed meanwhile', async () => {
    using watch = new Stopwatch();
    const journal = new HeldJournal();
    let steps = 0;
    const content = {
      *refresh() {
        for (let step = 0; step < 4; step += 1) {
          steps += 1;
          watch.passed += 2;
          yield;
        }
      },
    };
    const { writer } = writerOf(journal, true, content);
    writer.changed(true);
    await nextTurn();
    expect(steps, 'until they have taken more than 2 ms').to.equal(2);
    writer.close();
    await nextTurn();
    await nextTurn();
    expect([steps, journal.texts.length]).to.deep.equal([6, 1]);
    const { writer: goesOn } = writerOf(journal, true, content);
    goesOn.changed(true);
    for (let turn = 0; turn < 5; turn += 1) await nextTurn();
    expect([steps, journal.texts.length]).to.deep.equal([10, 2]);
    goesOn.close();
  });

  it('holds what is no longer than 16 MB, and says once how much that is', async () => {
    const journal = new HeldJournal();
    const half = JSON.stringify('x'.repeat(8 * 1024 * 1024 - 2));
    let lines = [half, half];
    const { writer, clock } = writerOf({ write: (text) => void journal.write(text) }, true, { lines: () => lines });
    const messages = await diagMessages(async () => {
      for (const more of [[], ['1'], ['1', '2']]) {
        lines = [half, half, ...more];
        writer.changed(true);
        await writer.flush();
      }
    });
    for (const text of journal.texts) expect(parseJournal(text, clock.now).lines).to.have.lengthOf(2);
    lines = [`${half}${half} `];
    writer.changed(true);
    await writer.flush();
    expect(parseJournal(journal.texts.at(-1) as string, clock.now).lines).to.deep.equal([]);
    expect(messages.map((message) => message.replace(/.*: /, ''))).to.deep.equal([
      'it holds 2 of 3 clusters and plans',
    ]);
    writer.close();
  });

  it('writes the rest at most once a second', async () => {
    const journal = new HeldJournal();
    const { writer } = writerOf({ write: (text) => void journal.write(text) });
    const start = performance.now();
    writer.changed(false);
    await nextTurn();
    expect(journal.texts).to.have.lengthOf(1);
    writer.changed(false);
    await nextTurn();
    writer.changed(false);
    expect(journal.texts).to.have.lengthOf(1);
    await until(() => journal.texts.length > 1);
    expect(performance.now() - start).to.be.greaterThan(900);
    expect(journal.texts).to.have.lengthOf(2);
    writer.close();
  });

  it('follows a clock that no timer follows', async () => {
    const journal = new HeldJournal();
    const { writer, clock } = writerOf({ write: (text) => void journal.write(text) }, false);
    writer.changed(false);
    await nextTurn();
    expect(journal.texts).to.have.lengthOf(1);
    writer.changed(false);
    await nextTurn();
    expect(journal.texts).to.have.lengthOf(1);
    clock.advance(1);
    writer.changed(false);
    await nextTurn();
    expect(journal.texts).to.have.lengthOf(2);
    writer.changed(false);
    void writer.flush();
    await nextTurn();
    expect(journal.texts, 'for whoever waits').to.have.lengthOf(3);
  });

  it('writes once more when it is closed, after the write that is under way, and never again', async () => {
    const journal = new HeldJournal();
    const { writer, clock } = writerOf(journal);
    writer.changed(true);
    await nextTurn();
    writer.close();
    writer.close();
    writer.changed(true);
    await nextTurn();
    expect(journal.texts).to.have.lengthOf(1);
    await journal.release();
    expect(journal.texts.map((text) => parseJournal(text, clock.now).closed)).to.deep.equal([false, true]);
    await journal.release();
    await nextTurn();
    expect(journal.texts).to.have.lengthOf(2);
  });

  it('says when what had changed is written, or could not be', async () => {
    const journal = new HeldJournal();
    const { writer } = writerOf(journal);
    await writer.flush();
    expect(journal.texts).to.deep.equal([]);
    let flushed = 0;
    writer.changed(true);
    await nextTurn();
    // What changes while a write is under way is in the next.
    writer.changed(false);
    void writer.flush().then(() => {
      flushed += 1;
    });
    await journal.release();
    expect([journal.texts.length, flushed]).to.deep.equal([1, 0]);
    await nextTurn();
    await journal.release();
    expect([journal.texts.length, flushed]).to.deep.equal([2, 1]);
    writer.changed(false);
    void writer.flush().then(() => {
      flushed += 1;
    });
    writer.close();
    await nextTurn();
    await journal.release();
    expect([journal.texts.length, flushed]).to.deep.equal([3, 2]);
    await writer.flush();
  });

  it('tries again by itself after a failure: a second after it began, or at once for what is urgent', async () => {
    using watch = new Stopwatch();
    for (const isUrgent of [false, true]) {
      let tries = 0;
      const { writer } = writerOf({
        write: async () => {
          tries += 1;
          await nextTurn();
          if (isUrgent) writer.changed(true);
          else watch.passed += 1_000;
          if (tries === 1) throw new Error('no space');
        },
      });
      await diagMessages(async () => {
        writer.changed(true);
        for (let turn = 0; turn < 5; turn += 1) await nextTurn();
      });
      expect(tries).to.be.greaterThan(1);
      writer.close();
    }
  });

  it('reports once a write that does not end, holds nobody up who waits for it, and begins no other beside it', async () => {
    const journal = new HeldJournal();
    const { writer } = writerOf(journal, true, {}, 20);
    const messages = await diagMessages(async () => {
      writer.changed(true);
      await writer.flush();
      writer.changed(true);
      await writer.flush();
      writer.close();
      await writer.flush();
    });
    expect(messages).to.have.lengthOf(1);
    expect(messages[0]).to.include('writing the journal takes more than 0.02 s');
    expect(journal.texts).to.have.lengthOf(1);
    await journal.release();
    expect(journal.texts, 'all that came meanwhile, once the first has ended').to.have.lengthOf(2);
  });

  it('reports a write that does not end where nobody waits for it', async () => {
    const messages = await diagMessages(async (told) => {
      const { writer } = writerOf(new HeldJournal(), true, {}, 1);
      writer.changed(true);
      await until(() => told.length > 0);
    });
    expect(messages).to.have.lengthOf(1);
  });

  it('reports ten causes of failures at most, and the beginning of each, whatever they quote', async () => {
    let tries = 0;
    const messages = await diagMessages(async () => {
      const { writer } = writerOf({
        write: (text) => {
          tries += 1;
          throw new Error(`request ${tries} failed: insert ${text.repeat(9)}`);
        },
      });
      while (tries < 30) {
        writer.changed(true);
        await writer.flush();
      }
      writer.close();
    });
    expect(messages).to.have.lengthOf(10);
    expect(messages[0]).to.include('request 1 failed: insert').and.have.lengthOf.below(500);
  });

  it('reports each failure once, and tries again', async () => {
    let tries = 0;
    const messages = await diagMessages(async () => {
      const { writer } = writerOf({
        write: () => {
          tries += 1;
          if (tries % 2 === 0) return Promise.reject(new Error('no space'));
          throw new Error('no disk');
        },
      });
      for (let i = 0; i < 4; i += 1) {
        writer.changed(true);
        await nextTurn();
        await nextTurn();
      }
      writer.close();
      await nextTurn();
    });
    expect(tries).to.be.greaterThan(3);
    expect(messages.filter((message) => message.includes('no space'))).to.have.lengthOf(1);
    expect(messages.filter((message) => message.includes('no disk'))).to.have.lengthOf(1);
  });
});
