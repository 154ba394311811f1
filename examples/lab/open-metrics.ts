import { LineFile } from './line-file.js';
import type { Samples } from './samples.js';
import type { ScrapeTimes } from './scrape-times.js';

/** Writes samples as OpenMetrics text, for `promtool tsdb create-blocks-from openmetrics`. */
export function writeOpenMetrics(path: string, samples: Samples, times: ScrapeTimes): void {
  const file = new LineFile(path);
  const seconds = Array.from({ length: times.count }, (_, index) => String(times.at(index) / 1000));
  for (const family of samples.families()) {
    // OpenMetrics names a counter without the suffix that its samples have.
    const name = family.type === 'counter' ? family.name.replace(/_total$/, '') : family.name;
    file.write(`# TYPE ${name} ${family.type}`);
    for (const { name: sample, labels, first, values } of family.series) {
      const series = `${sample}{${labels}}`;
      for (const [offset, value] of values.entries()) {
        if (!Number.isNaN(value)) file.write(`${series} ${value} ${seconds[first + offset]}`);
      }
    }
  }
  file.write('# EOF');
  file.close();
}
