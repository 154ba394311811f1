import { createHash } from 'node:crypto';
import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { REPOSITORY } from '../../tools/repository.js';
import { Cleanup } from '../support/cleanup.js';
import { run } from '../support/process.js';

describe('the tarball', function () {
  this.timeout('8m');
  const cleanup = Cleanup.forEachTest();

  /** Packs a clone of the last commit, which builds it; the hash of the tarball. */
  async function packedFromClone(name: string, timezone: string): Promise<string> {
    const folder = await cleanup.folder(name);
    const clone = join(folder, 'clone');
    // npm packs the modes of files as they are: the usual ones.
    const inside = (command: string) => run('sh', ['-c', `umask 022 && ${command}`], folder);
    await inside(`git clone --quiet --no-local ${REPOSITORY} clone`);
    await symlink(join(REPOSITORY, 'node_modules'), join(clone, 'node_modules'));
    const packed = await inside(`cd clone && TZ=${timezone} npm pack --json --pack-destination=..`);
    // The script before it prints as well.
    const [, filename = ''] = /"filename": "([^"]+)"/.exec(packed) ?? [];
    return createHash('sha256')
      .update(await readFile(join(folder, filename)))
      .digest('hex');
  }

  it('is the same bytes from two clones, wherever they are', async () => {
    const one = await packedFromClone('one', 'UTC');
    const other = await packedFromClone('a-longer-name', 'Pacific/Auckland');
    expect(other).to.equal(one);
  });
});
