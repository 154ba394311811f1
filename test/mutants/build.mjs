/* Builds what the tests of lib/ import, without its types, in the folder with the changed code. */
import { execFileSync } from 'node:child_process';

for (const project of ['tsconfig.esm.json', 'tsconfig.json']) {
  execFileSync('tsc', ['--noCheck', '-p', project], { stdio: 'inherit' });
}
