/* Builds what the tests of lib/ import, without its types, in the folder with the changed code. */
import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';

for (const project of ['tsconfig.esm.json', 'tsconfig.json']) {
  execFileSync('tsc', ['--noCheck', '-p', project], { stdio: 'inherit' });
}
// As tools/link-package.mjs does: the tests import the one library that is built.
symlinkSync('../dist/esm', 'build/lib');
