import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Played, runScenario } from '../../examples/lab/run.js';
import { scenarioNamed } from '../../examples/lab/scenario-named.js';

/** Changes of a test to a scenario. */
export interface SmallRun {
  readonly hours: number;
  readonly clusters?: number;
  readonly seed?: number;
  readonly nodes?: number;
  readonly shards?: number;
  readonly restartAt?: number;
  readonly journals?: boolean;
}

/** A run of a scenario, with its files in a folder that the test throws away. */
export interface ScratchRun extends Played {
  readonly folder: string;
  remove(): void;
}

/** Runs a scenario on a mesh that is small enough for a test. */
export async function runSmall(name: string, { nodes = 12, shards = 96, ...run }: SmallRun): Promise<ScratchRun> {
  const scenario = scenarioNamed(name);
  const folder = mkdtempSync(join(tmpdir(), `lab-${name}-`));
  const mesh = { ...scenario.mesh, nodes, shards };
  const options = { clusters: 2, seed: 1, ...run, scenario: { ...scenario, mesh }, folder, ruleInterval: 60_000 };
  const result = await runScenario(options);
  return { ...result, folder, remove: () => rmSync(folder, { recursive: true }) };
}
