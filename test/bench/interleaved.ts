import { Bench, type FnReturnedObject } from 'tinybench';
import { median } from './statistics.js';

export interface Rounds {
  readonly rounds: number;
  /** Rounds before those that count. */
  readonly warmup: number;
  /** Runs of each task in one round. */
  readonly iterations: number;
}

/**
 * Median milliseconds of each task. The tasks take turns round by round, so that a slow minute of the machine falls on
 * all of them alike and their ratios hold.
 */
export async function measureInterleaved<Name extends string>(
  tasks: Readonly<Record<Name, () => Promise<FnReturnedObject | undefined>>>,
  { rounds, warmup, iterations }: Rounds,
): Promise<Record<Name, number>> {
  const names = Object.keys(tasks) as Name[];
  const samples = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = -warmup; round < rounds; round += 1) {
    const bench = new Bench({ iterations, time: 0, warmup: false, retainSamples: true, throws: true });
    for (const name of names) bench.add(name, tasks[name], { async: true });
    await bench.run();
    if (round < 0) continue;
    for (const name of names) {
      const result = bench.getTask(name)?.result;
      if (result?.state !== 'completed') throw new Error(`${name} did not complete`);
      samples.get(name)?.push(...(result.latency.samples ?? []));
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(samples.get(name) ?? [])])) as Record<Name, number>;
}
