/* Builds what the tests of lib/ import, without its types, in the folder with the changed code. */
import { execFileSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';

for (const project of ['tsconfig.esm.json', 'tsconfig.cjs.json', 'tsconfig.json']) {
  execFileSync('tsc', ['--noCheck', '-p', project], { stdio: 'inherit' });
}
// As `npm run build` does.
writeFileSync('dist/cjs/package.json', JSON.stringify({ type: 'commonjs' }));
symlinkSync('../dist/esm', 'build/lib');
