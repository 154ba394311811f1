import { cp, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../../tools/command.js';
import { installedPackages, PAGE } from '../../tools/window/heavy/packages.js';
import { Cleanup } from '../support/cleanup.js';

describe('the page of the dashboards', () => {
  const cleanup = Cleanup.forEachTest();

  it('has the types of the libraries that it is bundled with', async () => {
    const packages = await installedPackages();
    const folder = await cleanup.folder('page-types');
    for (const name of ['src', 'tsconfig.json', 'package.json']) {
      await cp(join(PAGE, name), join(folder, name), { recursive: true });
    }
    await symlink(join(packages, 'node_modules'), join(folder, 'node_modules'));
    await runCommand(join(packages, 'node_modules/.bin/tsc'), ['--project', folder], { cwd: folder });
  });
});
