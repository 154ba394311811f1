import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { fileJournal } from '../../../lib/journal.js';

const CONTROLLER = fileURLToPath(new URL('../../fixtures/journal-on-disk.js', import.meta.url));

describe('a journal on a disk that fails it', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'journal-disk-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** What a controller says that keeps its journal in a mount of its own, which nobody else sees. */
  function onMount(options: string): { complaints: string[]; plans: number; journals: number } {
    const script = `mount -t tmpfs -o ${options} tmpfs "$1" && exec "$2" "$3" "$1"`;
    const mounted = [
      '--user',
      '--map-root-user',
      '--mount',
      'sh',
      '-c',
      script,
      'sh',
      folder,
      process.execPath,
      CONTROLLER,
    ];
    return JSON.parse(execFileSync('unshare', mounted, { encoding: 'utf8' }));
  }

  it('works where there is room', () => {
    expect(onMount('size=64m')).to.deep.equal({ complaints: [], plans: 600, journals: 1 });
  });

  it('is reported once when the disk is full, and leaves no half file; the rest works', () => {
    const { complaints, plans, journals } = onMount('size=1m');
    expect(complaints).to.have.lengthOf(1);
    expect(complaints[0]).to.include('writing the journal failed').and.include('ENOSPC');
    expect(plans).to.equal(600);
    expect(journals).to.be.lessThan(2);
  });

  it('is reported once when the disk is read-only; the rest works', () => {
    const { complaints, plans } = onMount('ro');
    expect(complaints).to.have.lengthOf(1);
    expect(complaints[0]).to.include('EROFS');
    expect(plans).to.equal(600);
  });

  it('does not wait for the writer of a pipe in its place', async () => {
    const path = join(folder, 'payments.journal');
    execFileSync('mkfifo', [path]);
    const journal = fileJournal(path);
    expect(() => journal.read()).to.throw('is not a file');
    const written = await Promise.resolve(journal.write('text')).catch((cause: Error) => cause.message);
    expect(written).to.include('is not a file');
  });
});
