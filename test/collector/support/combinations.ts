import { readFile } from 'node:fs/promises';
import { CONFIGURATIONS } from './collector.js';

/** The combinations of files that `collector/README.md` offers. */
export async function documentedCombinations(): Promise<string[][]> {
  const text = await readFile(`${CONFIGURATIONS}README.md`, 'utf8');
  const [, block] = /## Combinations\n.*?\n```\n(.*?)```/s.exec(text) ?? [];
  if (block === undefined) throw new Error('collector/README.md has no block of combinations');
  return block
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
}
