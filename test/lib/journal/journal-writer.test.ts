import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import { parseJournal } from '../../../lib/instrument/journal-text.js';
import { JournalWriter } from '../../../lib/instrument/journal-writer.js';
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

function writerOf(journal: { write(text: string): Promise<void> | void }, mayUseTimers = true) {
  const clock = new TestClock();
  let line = 0;
  const content = {
    *refresh() {
      line += 1;
      yield;
    },
    lines: () => [`${line}`],
  };
  const parts = { diagnostics: new Diagnostics(), clock: clock.read, mayUseTimers };
  return {
    clock,
    writer: new JournalWriter({ read: () => undefined, write: (text) => journal.write(text) }, content, parts),
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

  it('writes the rest at most once a second', async () => {
    const journal = new HeldJournal();
    const { writer } = writerOf({ write: (text) => void journal.write(text) });
    writer.changed(false);
    await nextTurn();
    expect(journal.texts).to.have.lengthOf(1);
    const start = performance.now();
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
