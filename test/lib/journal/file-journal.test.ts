import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { fileJournal } from '../../../lib/journal.js';

describe('a journal in a file', () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'journal-'));
    path = join(folder, 'payments.journal');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('gives what was written last, by this process or one before, and nothing where there is none', async () => {
    const journal = fileJournal(path);
    expect(journal.read()).to.equal(undefined);
    await journal.write('first');
    await journal.write('später');
    expect(journal.read()).to.equal('später');
    expect(fileJournal(path).read()).to.equal('später');
  });

  it('is for its owner alone, and leaves nothing beside it', async () => {
    const journal = fileJournal(path);
    await journal.write('text');
    expect(statSync(path).mode & 0o777).to.equal(0o600);
    expect(readdirSync(folder)).to.deep.equal(['payments.journal']);
  });

  it('holds the last of several writes that nobody waited for', async () => {
    const journal = fileJournal(path);
    await Promise.all(['first', 'second', 'third'].map((text) => journal.write(text)));
    expect(readFileSync(path, 'utf8')).to.equal('third');
  });

  it('is written anew after somebody has deleted it', async () => {
    const journal = fileJournal(path);
    await journal.write('first');
    rmSync(path);
    await journal.write('second');
    expect(readFileSync(path, 'utf8')).to.equal('second');
  });

  it('removes what a crash has left half-written, and nothing else', async () => {
    const old = new Date(Date.now() - 3_600_000);
    const names = ['payments.journal.0123456789ab.tmp', 'payments.journal.bak.tmp', 'search.journal.0123456789ab.tmp'];
    for (const name of names) {
      writeFileSync(join(folder, name), 'half');
      utimesSync(join(folder, name), old, old);
    }
    // Somebody else may be writing it at this moment.
    writeFileSync(join(folder, 'payments.journal.ba9876543210.tmp'), 'half');
    await fileJournal(path).write('text');
    expect(readdirSync(folder).sort()).to.deep.equal(
      ['payments.journal', 'payments.journal.ba9876543210.tmp', ...names.slice(1)].sort(),
    );
  });

  it('refuses a path that is none', () => {
    for (const wrong of ['', undefined, 7] as string[]) {
      expect(() => fileJournal(wrong)).to.throw(TypeError, 'path of fileJournal must be a non-empty string');
    }
  });

  describe('that two use at once', () => {
    it('reports it to both, also where one of them comes later', async () => {
      const [one, other] = [fileJournal(path), fileJournal(path)];
      expect([one.read(), other.read()]).to.deep.equal([undefined, undefined]);
      await one.write('one');
      await rejected(other.write('other'), 'is written by another instrument() too');
      await rejected(one.write('one again'), 'is written by another instrument() too');
    });

    it('reports nothing to one that comes after the other has ended', async () => {
      const dead = fileJournal(path);
      dead.read();
      await dead.write('dead');
      const restarted = fileJournal(path);
      restarted.read();
      await restarted.write('restarted');
      await restarted.write('and again');
      expect(readFileSync(path, 'utf8')).to.equal('and again');
    });

    it('reports another process', async () => {
      const journal = fileJournal(path);
      await journal.write('ours');
      const module = new URL('../../../lib/journal.js', import.meta.url).href;
      const script = `import { fileJournal } from ${JSON.stringify(module)}; await fileJournal(process.argv[1]).write('theirs');`;
      execFileSync(process.execPath, ['--input-type=module', '--eval', script, path]);
      await rejected(journal.write('ours again'), 'is written by another instrument() too');
    });
  });

  describe('whose place is taken', () => {
    it('by a folder rejects and throws alike, and leaves nothing beside it', async () => {
      mkdirSync(path);
      const journal = fileJournal(path);
      expect(() => journal.read()).to.throw('is not a file');
      await rejected(journal.write('text'), 'is not a file');
      expect(readdirSync(folder)).to.deep.equal(['payments.journal']);
    });
  });

  it('lies where a link leads, also one to a file that is still to be written', async () => {
    mkdirSync(join(folder, 'volume'));
    symlinkSync(join('volume', 'payments.journal'), path);
    const linkToLink = join(folder, 'link');
    symlinkSync(path, linkToLink);
    const journal = fileJournal(linkToLink);
    expect(journal.read()).to.equal(undefined);
    await journal.write('first');
    expect(readFileSync(join(folder, 'volume', 'payments.journal'), 'utf8')).to.equal('first');
    expect(fileJournal(path).read()).to.equal('first');
    await fileJournal(path).write('second');
    expect(readdirSync(join(folder, 'volume'))).to.deep.equal(['payments.journal']);
    expect(readFileSync(join(folder, 'volume', 'payments.journal'), 'utf8')).to.equal('second');
    await rejected(journal.write('third'), 'is written by another instrument() too');
  });

  it('by links in a circle rejects and throws alike', async () => {
    for (const [from, to] of [
      ['a', 'b'],
      ['b', 'a'],
    ] as const)
      symlinkSync(join(folder, to), join(folder, from));
    const journal = fileJournal(join(folder, 'a'));
    expect(() => journal.read()).to.throw('ELOOP');
    await rejected(journal.write('text'), 'ELOOP');
  });

  it('makes no folder in the place of a missing mount', async () => {
    const journal = fileJournal(join(folder, 'missing', 'payments.journal'));
    expect(journal.read()).to.equal(undefined);
    await rejected(journal.write('text'), 'ENOENT');
    expect(readdirSync(folder)).to.deep.equal([]);
  });
});

async function rejected(written: Promise<void> | void, says: string): Promise<void> {
  const error = await Promise.resolve(written).then(
    () => undefined,
    (cause: Error) => cause,
  );
  expect(error?.message).to.include(says);
}
