import { randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { KEPT, keptInBuild } from '../support/kept.js';

describe('work that is kept in the build', () => {
  const name = `test-${randomUUID()}`;
  const calls: number[] = [];
  const work = async ({ n }: { n: number }) => {
    calls.push(n);
    if (n < 0) throw new RangeError(`${n}`);
    return { square: n * n };
  };
  beforeEach(() => {
    calls.length = 0;
  });
  after(async () => {
    const folders = (await readdir(KEPT)).filter((folder) => folder.startsWith(name));
    await Promise.all(folders.map((folder) => rm(join(KEPT, folder), { recursive: true })));
  });

  it('is done once for each argument, by whichever process is first', async () => {
    // What is in the memory of one is not in that of the other, as in two processes.
    const [first, other] = [keptInBuild(name, work), keptInBuild(name, work)];
    const results = await Promise.all([first({ n: 3 }), other({ n: 3 }), first({ n: 4 }), first({ n: 3 })]);
    expect(results).to.deep.equal([{ square: 9 }, { square: 9 }, { square: 16 }, { square: 9 }]);
    expect(calls).to.have.members([3, 4]);
  });

  it('is tried again by the next process when it fails', async () => {
    for (const process of [keptInBuild(name, work), keptInBuild(name, work)]) {
      const failure = await process({ n: -1 }).catch((error: Error) => error);
      expect(failure).to.be.instanceOf(RangeError);
    }
    expect(calls).to.deep.equal([-1, -1]);
  });
});
