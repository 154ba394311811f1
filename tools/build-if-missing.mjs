/*
 * Builds what a command of this repository runs, where it has never been built. Says nothing when all goes well, so that
 * the output of the command can be read by programs.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
// What the build's last step leaves.
const built = existsSync(`${root}dist/rules/main.js`);
if (!built && !existsSync(`${root}node_modules`)) {
  console.error('error: nothing is installed here. Run "npm ci" first.');
  process.exitCode = 1;
} else if (!built) {
  console.error('Building, once ...');
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'build'], {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error(`${stdout}${stderr}error: the build has failed; what it printed is above.`);
    process.exitCode = 1;
  }
}
