/*
 * Runs suites and leaves nothing behind: `node build/test/run.js SUITE… [-- MOCHA'S ARGUMENTS]`. A suite is a name of
 * SUITES, or the path of a compiled test file.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { PROGRAM_NAMES, type ProgramName, preparedPrograms, withKnownFailures } from '../tools/program.js';
import { REPOSITORY } from '../tools/repository.js';
import { END_WITHIN_MS } from './support/end-within.js';
import { processesOf, type RunningProcess } from './support/processes-of.js';

interface Suite {
  /** Compiled test files, from the root of the repository. */
  readonly files: readonly string[];
  /** Files that run side by side. */
  readonly jobs: number;
  readonly needsPrograms?: boolean;
  /** One that has not ended by then never will. */
  readonly limitMinutes: number;
}

const CONSUMERS = 'build/test/consumers/';
const TESTS = 'build/test';
const compiled = (ending: string) =>
  readdirSync(join(REPOSITORY, TESTS), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(`.${ending}.js`))
    .map((file) => join(TESTS, file))
    .sort();

const SUITES: Readonly<Record<string, () => Suite>> = {
  quick: () => ({ files: compiled('test'), jobs: 2, limitMinutes: 10 }),
  integration: () => ({
    files: compiled('integration').filter((file) => !file.startsWith(CONSUMERS)),
    jobs: 3,
    needsPrograms: true,
    limitMinutes: 40,
  }),
  consumers: () => ({
    files: compiled('integration').filter((file) => file.startsWith(CONSUMERS)),
    jobs: 2,
    limitMinutes: 30,
  }),
};
const SINGLE_FILE = { jobs: 1, limitMinutes: 40 };
const LOOK_MS = 100;
/** Standing in the environment of a process, it says that a test has started it. */
const MARK = 'MESH_REBALANCE_TEST_RUN';

const separator = process.argv.indexOf('--');
const [asked, mochaArgs] =
  separator < 0 ? [process.argv.slice(2), []] : [process.argv.slice(2, separator), process.argv.slice(separator + 1)];

for (const name of asked) {
  const suite: Suite = SUITES[name]?.() ?? { files: [name], ...SINGLE_FILE };
  const start = performance.now();
  const environment = suite.needsPrograms ? withKnownFailures(await missingPrograms()) : {};
  const tests = performance.now();
  if (!(await passes(suite, environment))) process.exitCode = 1;
  const seconds = (from: number) => `${Math.round((performance.now() - from) / 1_000)} s`;
  const programs = suite.needsPrograms ? `, ${Math.round((tests - start) / 1_000)} s of them for its programs` : '';
  console.log(`suite ${name}: ${seconds(start)}${programs}\n`);
}

/** Makes every program before the first test, so that none has a build within its time. */
async function missingPrograms(): Promise<Partial<Record<ProgramName, string>>> {
  const failures: Partial<Record<ProgramName, string>> = {};
  for await (const { name, failure } of preparedPrograms(PROGRAM_NAMES)) {
    if (failure === undefined) continue;
    failures[name] = failure;
    console.error(`${failure}\nThe suites that need ${name} will fail.`);
  }
  return failures;
}

async function passes({ files, jobs, limitMinutes }: Suite, environment: Record<string, string>): Promise<boolean> {
  if (files.length === 0) {
    console.error('a suite without a test: has the build left something out?');
    return false;
  }
  const run = randomUUID();
  const parallel = jobs > 1 ? ['--parallel', '--jobs', String(jobs)] : [];
  const mocha = spawn(process.execPath, ['node_modules/mocha/bin/mocha.js', ...parallel, ...mochaArgs, ...files], {
    cwd: REPOSITORY,
    env: { ...process.env, ...environment, [MARK]: run },
    stdio: 'inherit',
    detached: true,
  });
  const forward = (name: NodeJS.Signals) => endGroup(mocha, name);
  process.on('SIGINT', forward).on('SIGTERM', forward);
  const limit = setTimeout(() => {
    console.error(`not at an end after ${limitMinutes} min: stopped`);
    endGroup(mocha, 'SIGKILL');
  }, limitMinutes * 60_000);
  const [code] = (await once(mocha, 'exit')) as [number | null];
  clearTimeout(limit);
  process.off('SIGINT', forward).off('SIGTERM', forward);
  const left = await leftBehind(`${MARK}=${run}`, mocha.pid);
  for (const { pid, command } of left) {
    console.error(`left running, and killed now: ${command}`);
    signal(pid, 'SIGKILL');
  }
  return code === 0 && left.length === 0;
}

/** What still runs after it had a moment to end. */
async function leftBehind(mark: string, session: number | undefined): Promise<RunningProcess[]> {
  const deadline = performance.now() + END_WITHIN_MS;
  for (;;) {
    const left = processesOf(mark, session);
    if (left.length === 0 || performance.now() > deadline) return left;
    await wait(LOOK_MS);
  }
}

/** Ends a process with all that it has started in its group. */
function endGroup({ pid }: ChildProcess, name: NodeJS.Signals): void {
  if (pid !== undefined) signal(-pid, name);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It has ended in the meantime.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
