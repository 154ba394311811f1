import { LineFile } from './line-file.js';
import { GAP, type Samples, type Series } from './samples.js';
import type { ScrapeTimes } from './scrape-times.js';
import { seriesNotation } from './series-notation.js';

const TIMESTAMP = /_timestamp_seconds$/;

/**
 * Writes samples as `interval` and `input_series` of a `promtool test rules` file.
 *
 * @param interval milliseconds between two samples, a multiple of the scrape interval
 * @param wanted which series, by name; default: all
 */
export function writeInputSeries(
  path: string,
  samples: Samples,
  times: ScrapeTimes,
  interval: number,
  wanted: (name: string) => boolean = () => true,
): void {
  const every = interval / times.interval;
  const length = Math.ceil(times.count / every);
  const file = new LineFile(path);
  file.write(`interval: ${interval / 1000}s`);
  file.write('input_series:');
  for (const { series } of samples.families()) {
    for (const one of series.filter(({ name }) => wanted(name))) {
      const values = thinOut(one, every).map((value) =>
        TIMESTAMP.test(one.name) ? rebase(value, times.start) : value,
      );
      const notation = seriesNotation(values, length);
      if (notation === '') continue;
      file.write(`  - series: '${one.name}{${one.labels.replaceAll("'", "''")}}'`);
      file.write(`    values: '${notation}'`);
    }
  }
  file.close();
}

/** Every nth sample, from the first scrape of all on. */
function thinOut({ first, values }: Series, every: number): number[] {
  const thin: number[] = [];
  for (let index = 0; index < first + values.length; index += every) thin.push(values[index - first] ?? GAP);
  return thin.every(Number.isNaN) ? [] : thin;
}

/** A rule test begins at the Unix epoch, and `time()` with it. 0 says that there is no time. */
function rebase(seconds: number, start: number): number {
  return seconds === 0 ? 0 : Math.round(seconds * 1000 - start) / 1000;
}
