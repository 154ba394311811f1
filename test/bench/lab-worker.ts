import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCommandLine } from '../../examples/lab/command-line.js';
import { runScenario } from '../../examples/lab/run.js';

/** The arguments of `npm run lab`. */
export interface LabRequest {
  readonly args: readonly string[];
}

/** What the run took. */
export interface LabReply {
  readonly seconds: number;
  /** Most memory the process has held, in MiB. */
  readonly mebibytes: number;
  readonly plans: number;
}

process.once('message', async ({ args }: LabRequest) => {
  const folder = await mkdtemp(join(tmpdir(), 'lab-bench-'));
  try {
    const options = readCommandLine([...args, '--out', folder]);
    if (options === undefined) throw new Error('help is not a benchmark');
    const began = performance.now();
    const { summary } = await runScenario(options);
    const seconds = (performance.now() - began) / 1000;
    const mebibytes = process.resourceUsage().maxRSS / 1024;
    process.send?.({ seconds, mebibytes, plans: summary.plans } satisfies LabReply);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
