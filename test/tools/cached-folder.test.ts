import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'chai';
import { cachedFolder, filledFolder } from '../../tools/cached-folder.js';
import { Cleanup } from '../support/cleanup.js';
import { run } from '../support/process.js';

const MODULE = new URL('../../tools/cached-folder.js', import.meta.url).href;

describe('a cached folder', () => {
  const cleanup = Cleanup.forEachTest();
  let home: string;

  beforeEach(async () => {
    home = join(await cleanup.folder('cached-folder'), 'home');
  });

  /** Fills a folder, and counts how often. */
  function counted() {
    const calls: string[] = [];
    const fill = async (folder: string) => {
      calls.push(folder);
      await writeFile(join(folder, 'program'), `made ${calls.length}`);
    };
    return { calls, fill };
  }

  it('is filled once for the same ingredients, and again when they change, which removes the former', async () => {
    const { calls, fill } = counted();
    const first = await cachedFolder(home, ['v1', 'flags'], fill);
    expect(await cachedFolder(home, ['v1', 'flags'], fill)).to.equal(first);
    expect(calls).to.have.length(1);
    const second = await cachedFolder(home, ['v2', 'flags'], fill);
    expect(second).not.to.equal(first);
    expect(await readFile(join(second, 'program'), 'utf8')).to.equal('made 2');
    expect(await readdir(home)).to.deep.equal([second.slice(home.length + 1)]);
  });

  it('tells ingredients apart that make the same text', async () => {
    const { fill } = counted();
    const first = await cachedFolder(home, ['ab', 'c'], fill);
    expect(await cachedFolder(home, ['a', 'bc'], fill)).not.to.equal(first);
  });

  it('is said to be there only once it is full, and asking makes nothing', async () => {
    expect(await filledFolder(home, ['v1'])).to.equal(undefined);
    const folder = await cachedFolder(home, ['v1'], async () => {
      expect(await filledFolder(home, ['v1'])).to.equal(undefined);
    });
    expect(await filledFolder(home, ['v1'])).to.equal(folder);
    expect(await filledFolder(home, ['v2'])).to.equal(undefined);
    expect(await readdir(home)).to.deep.equal([folder.slice(home.length + 1)]);
  });

  it('leaves nothing after a failure, and is filled by the next one', async () => {
    const failing = async (folder: string) => {
      await writeFile(join(folder, 'program'), 'half');
      throw new Error('no space left');
    };
    const failure = await cachedFolder(home, ['v1'], failing).catch((error: Error) => error);
    expect(failure).to.be.an('error').with.property('message', 'no space left');
    expect(await readdir(home)).to.deep.equal([]);
    const { fill } = counted();
    expect(await readdir(await cachedFolder(home, ['v1'], fill))).to.deep.equal(['program']);
  });

  it('is filled by one of the callers that come at once, and shows itself to none of them before it is full', async () => {
    const { calls, fill } = counted();
    const slowly = async (folder: string) => {
      await writeFile(join(folder, 'other'), '');
      await wait(100);
      await fill(folder);
    };
    const folders = await Promise.all(Array.from({ length: 5 }, () => cachedFolder(home, ['v1'], slowly)));
    expect(new Set(folders)).to.have.lengthOf(1);
    expect(calls).to.have.length(1);
    expect(await readdir(folders[0] ?? '')).to.have.members(['other', 'program']);
  });

  it('is filled by one of several processes', async () => {
    const log = join(home, '../log');
    const script = `
      import { appendFile, readdir, writeFile } from 'node:fs/promises';
      import { cachedFolder } from '${MODULE}';
      const folder = await cachedFolder('${home}', ['v1'], async (folder) => {
        await appendFile('${log}', 'filled\\n');
        await new Promise((resolve) => setTimeout(resolve, 300));
        await writeFile(folder + '/program', '');
      });
      console.log(folder, await readdir(folder));
    `;
    const start = () => run(process.execPath, ['--input-type=module', '--eval', script]);
    const outputs = await Promise.all([start(), start(), start()]);
    expect(new Set(outputs)).to.have.lengthOf(1);
    expect(outputs[0]).to.include("[ 'program' ]");
    expect(await readFile(log, 'utf8')).to.equal('filled\n');
  });

  it('takes over from a process that was killed, and removes what that one left', async () => {
    await mkdir(join(home, 'lock'), { recursive: true });
    await mkdir(join(home, '0123456789abcdef.partly'));
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(join(home, 'lock'), longAgo, longAgo);
    const { fill } = counted();
    const folder = await cachedFolder(home, ['v1'], fill);
    expect(await readdir(home)).to.deep.equal([folder.slice(home.length + 1)]);
  });
});
