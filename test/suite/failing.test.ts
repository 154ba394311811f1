import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { Cleanup } from '../support/cleanup.js';

const RUN = new URL('../run.js', import.meta.url).pathname;

/** What a run of the suite made to fail printed, and how it ended. */
function runOf(pids: string, ...mochaArgs: string[]): Promise<{ code: number; output: string }> {
  const args = [RUN, 'build/test/fixtures/fails-in-a-hook.js', '--', ...mochaArgs];
  const env = { ...process.env, PIDS: pids, MESH_REBALANCE_TEST_END_WITHIN_MS: '5000' };
  return new Promise((resolve) => {
    execFile(process.execPath, args, { env }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), output: stdout + stderr });
    });
  });
}

/** A process that has ended and is still in the table runs no more. */
function isRunning(pid: number): boolean {
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) && !/\) Z /.test(readFileSync(stat, 'utf8'));
}

describe('a suite made to fail', () => {
  const cleanup = Cleanup.forEachTest();

  for (const [how, args] of [
    ['file after file', []],
    ['files side by side', ['--parallel', '--jobs', '2']],
  ] as const) {
    // The runner finds through /proc what no helper knows of.
    if (!existsSync('/proc/self/environ')) continue;
    it(`ends, says what failed and what was left running, and leaves no process: ${how}`, async () => {
      const pids = join(await cleanup.folder('failing'), 'pids');
      const { code, output } = await runOf(pids, ...args);
      expect(code, output).to.equal(1);
      expect(output)
        .to.include('the hook failed')
        .and.include('the careful hook failed')
        .and.include('the test failed');
      expect(output.match(/left running, and (stopped|killed) now/g)).to.have.length(2);
      const started = (await readFile(pids, 'utf8')).trim().split('\n').map(Number);
      expect(started).to.have.length(3);
      expect(started.filter(isRunning)).to.deep.equal([]);
    });
  }
});
