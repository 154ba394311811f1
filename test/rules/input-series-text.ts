import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeInputSeries } from '../../examples/lab/input-series.js';
import type { Samples } from '../../examples/lab/samples.js';
import type { ScrapeTimes } from '../../examples/lab/scrape-times.js';
import { removeFolder, scratchFolder } from '../support/cleanup.js';
import { isRead } from './rule-files.js';

/**
 * `interval` and `input_series` of a rule test: the series that the rules read.
 *
 * @param interval milliseconds between two samples, a multiple of the scrape interval
 */
export async function inputSeriesText(samples: Samples, times: ScrapeTimes, interval: number): Promise<string> {
  const folder = await scratchFolder('input-series');
  try {
    const file = join(folder, 'input-series.yaml');
    writeInputSeries(file, samples, times, interval, isRead);
    return await readFile(file, 'utf8');
  } finally {
    await removeFolder(folder);
  }
}
