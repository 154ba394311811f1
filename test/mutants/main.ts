/*
 * Changes the code of `lib/` in small ways, one at a time, and shows which changes no quick test of `lib/` sees:
 * `npm run mutants`, or `npm run mutants -- ROOM…` for some rooms, or the path of a file.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../../tools/repository.js';
import { EQUIVALENTS } from './equivalents.js';
import { mutantsOf } from './mutant.js';
import { verdict } from './verdict.js';

const ROOMS = ['intake', 'ledger', 'metrics', 'traces', 'instrument'];
const TOOLS = join(REPOSITORY, 'test/mutants');
const STRYKER = join(TOOLS, 'node_modules/@stryker-mutator/core/bin/stryker.js');

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !ROOMS.includes(name) && !existsSync(join(REPOSITORY, name)));
if (unknown.length > 0) {
  console.error(`error: no room and no file: ${unknown.join(', ')}. There are: ${ROOMS.join(', ')}.`);
  process.exitCode = 2;
} else {
  if (!existsSync(STRYKER)) run('npm', ['ci', '--no-audit', '--no-fund'], TOOLS);
  const files = (asked.length > 0 ? asked : ROOMS).map((name) => (ROOMS.includes(name) ? `lib/${name}/**/*.ts` : name));
  run(process.execPath, [STRYKER, 'run', 'test/mutants/stryker.json', '--mutate', files.join(',')], REPOSITORY);
  const report = JSON.parse(readFileSync(join(REPOSITORY, 'build/mutants/report.json'), 'utf8'));
  const { lines, isGood } = verdict(mutantsOf(report), EQUIVALENTS, (file) => file in report.files);
  console.log(lines.join('\n'));
  if (!isGood) process.exitCode = 1;
}

function run(command: string, args: readonly string[], cwd: string): void {
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
