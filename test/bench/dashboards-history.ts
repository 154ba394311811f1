import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { LineFile } from '../../examples/lab/line-file.js';
import { playScenario } from '../../examples/lab/run.js';
import type { Family, Samples, Series } from '../../examples/lab/samples.js';
import { fleet } from '../../examples/lab/scenarios.js';
import type { ScrapeTimes } from '../../examples/lab/scrape-times.js';
import type { Cleanup } from '../support/cleanup.js';
import { Prometheus } from '../support/prometheus.js';
import { HOUR, SECOND } from '../support/time.js';

/** As many hours as a block of Prometheus has: promtool reads a file once for each block that it makes of it. */
const HOURS_PER_FILE = 2;
const COUNTER = /_(total|bucket|count|sum)$/;
const TIME = /_timestamp_seconds$/;

/** What came of loading. */
export interface LoadedFleet {
  readonly prometheus: Prometheus;
  /** For files of its own. */
  readonly folder: string;
  readonly start: number;
  readonly end: number;
  readonly livePlans: number;
  readonly samples: number;
  /** Those that were there in one hour. */
  readonly series: number;
}

/**
 * Loads many hours of a fleet: one hour of the lab again and again, each time with other plans. Counters go on from
 * where they were, times are those of their hour.
 *
 * @param scrape milliseconds, a multiple of the lab's scrape interval
 */
export async function loadFleet(
  cleanup: Cleanup,
  { clusters, hours, scrape }: { readonly clusters: number; readonly hours: number; readonly scrape: number },
): Promise<LoadedFleet> {
  const nothing = { write: () => {} };
  const { samples, times, summary } = await playScenario(
    { scenario: fleet, hours: 1, clusters, seed: 1 },
    { traces: nothing, logs: nothing },
  );
  const every = scrape / times.interval;
  let written = 0;
  const folder = await cleanup.folder('dashboards-bench');
  function* files() {
    for (let hour = 0; hour < hours; hour += HOURS_PER_FILE) {
      const path = join(folder, `hours-${hour}.om`);
      written += writeHours(path, samples, times, every, hour, Math.min(hour + HOURS_PER_FILE, hours));
      yield path;
      rmSync(path);
    }
  }
  const prometheus = await cleanup.use(Prometheus.over(files()));
  const series = samples.families().reduce((sum, family) => sum + family.series.length, 0);
  const { start } = times;
  return {
    prometheus,
    folder,
    start,
    end: start + hours * HOUR - scrape,
    livePlans: summary.live,
    samples: written,
    series,
  };
}

function writeHours(
  path: string,
  samples: Samples,
  times: ScrapeTimes,
  every: number,
  from: number,
  to: number,
): number {
  const file = new LineFile(path);
  let written = 0;
  for (const family of samples.families()) {
    file.write(`# TYPE ${openMetricsName(family)} ${family.type}`);
    for (const series of family.series) {
      for (let hour = from; hour < to; hour += 1) written += writeHour(file, series, times, every, hour);
    }
  }
  file.write('# EOF');
  file.close();
  return written;
}

function writeHour(
  file: LineFile,
  { name, labels, first, values }: Series,
  times: ScrapeTimes,
  every: number,
  hour: number,
): number {
  const ofPlan = labels.includes('plan_id="');
  const head = `${name}{${ofPlan ? labelsOfHour(labels, hour) : labels}}`;
  // What was counted in the hours before.
  const added = TIME.test(name)
    ? (hour * HOUR) / SECOND
    : COUNTER.test(name) && !ofPlan
      ? hour * (values.at(-1) ?? 0)
      : 0;
  const isTime = TIME.test(name);
  // The hour's last scrape is the next one's first.
  const end = Math.min(first + values.length, times.count - 1);
  let written = 0;
  for (let index = Math.ceil(first / every) * every; index < end; index += every) {
    const value = values[index - first] as number;
    if (Number.isNaN(value)) continue;
    const shifted = isTime && value === 0 ? 0 : value + added;
    file.write(`${head} ${shifted} ${(times.at(index) + hour * HOUR) / SECOND}`);
    written += 1;
  }
  return written;
}

function labelsOfHour(labels: string, hour: number): string {
  const mark = String(hour).padStart(2, '0');
  return labels.replace(/plan_id="([^"]+)"/, `plan_id="$1-${mark}"`).replace(/trace_id="../, `trace_id="${mark}`);
}

function openMetricsName({ name, type }: Family): string {
  return type === 'counter' ? name.replace(/_total$/, '') : name;
}
