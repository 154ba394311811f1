/** Shorter runs read better, and are no longer, when written out. */
const SHORTEST_RUN = 3;

/**
 * Values in the notation of `promtool test rules`: `a+bxn` for a run of equal steps, `_` for no sample, and `stale` where
 * a series ends, as Prometheus marks it.
 *
 * @param values NaN where there is no sample
 * @param length scrapes in all; a series with fewer values has ended
 */
export function seriesNotation(values: readonly number[], length: number): string {
  const words: string[] = [];
  for (let index = 0; index < values.length; ) {
    const gap = gapAt(values, index);
    if (gap > 0) {
      // A series that was there before is marked as stale by the first scrape without it.
      if (index > 0) words.push('stale');
      const silent = index > 0 ? gap - 1 : gap;
      if (silent > 0) words.push(`_x${silent}`);
      index += gap;
      continue;
    }
    const run = runAt(values, index);
    if (run >= SHORTEST_RUN) {
      words.push(runWord(values[index] as number, stepAt(values, index), run - 1));
      index += run;
    } else {
      words.push(String(values[index]));
      index += 1;
    }
  }
  if (values.length > 0 && values.length < length) words.push('stale');
  return words.join(' ');
}

function gapAt(values: readonly number[], start: number): number {
  let end = start;
  while (end < values.length && Number.isNaN(values[end])) end += 1;
  return end - start;
}

function stepAt(values: readonly number[], start: number): number {
  return (values[start + 1] ?? Number.NaN) - (values[start] as number);
}

/** Number of values from here on that promtool gets exactly by adding the first step again and again. */
function runAt(values: readonly number[], start: number): number {
  const step = stepAt(values, start);
  let expected = values[start] as number;
  let end = start;
  while (end < values.length && values[end] === expected) {
    end += 1;
    expected += step;
  }
  return end - start;
}

function runWord(first: number, step: number, more: number): string {
  return `${first}${step < 0 ? '-' : '+'}${Math.abs(step)}x${more}`;
}
