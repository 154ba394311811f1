import { join } from 'node:path';
import { LineFile } from '../../examples/lab/line-file.js';
import { writeOpenMetrics } from '../../examples/lab/open-metrics.js';
import { playScenario } from '../../examples/lab/run.js';
import type { Samples } from '../../examples/lab/samples.js';
import { fleet } from '../../examples/lab/scenarios.js';
import { ScrapeTimes } from '../../examples/lab/scrape-times.js';
import { HOUR, SECOND } from '../support/time.js';

/** What rules look a day back for, those of the first edition too: series that each controller has, whatever it does. */
const OF_A_DAY: Readonly<Record<string, RegExp>> = {
  mesh_rebalance_clock_timestamp_seconds: /^/,
  mesh_rebalance_controller_heartbeat_timestamp_seconds: /^/,
  mesh_rebalance_paused: /^/,
  mesh_rebalance_state: /^(?!.*plan_id=).*state="steady"/,
  up: /^/,
};

/**
 * The last hour of a fleet as a Prometheus would have it that has scraped it until now, and the day before that hour of
 * those series that rules look for so far back.
 *
 * @returns files of OpenMetrics text
 */
export async function writeFleet(folder: string, clusters: number, tell: (what: string) => void): Promise<string[]> {
  tell(`plays an hour of ${clusters} clusters`);
  const nothing = { write: () => {} };
  const { samples, times } = await playScenario(
    { scenario: fleet, hours: 1, clusters, seed: 1 },
    { traces: nothing, logs: nothing },
  );
  tell('writes it down, and the day before');
  const [hour, day] = [join(folder, 'hour.om'), join(folder, 'day.om')];
  const duration = times.interval * (times.count - 1);
  const start = Date.now() - duration;
  postpone(samples, (start - times.start) / SECOND);
  writeOpenMetrics(hour, samples, new ScrapeTimes(start, times.interval, duration));
  writeDayBefore(day, samples, start, times.interval);
  return [hour, day];
}

/** Moves every time that the series tell: else the clocks of all controllers would be wrong, and an alert would say so of each. */
function postpone(samples: Samples, seconds: number): void {
  for (const { name, values } of samples.families().flatMap(({ series }) => series)) {
    if (!name.endsWith('_timestamp_seconds')) continue;
    // 0 stands for none.
    for (const [index, value] of values.entries()) if (value !== 0) values[index] = value + seconds;
  }
}

function writeDayBefore(path: string, samples: Samples, end: number, interval: number): void {
  const file = new LineFile(path);
  for (const { name, type, series } of samples.families()) {
    const wanted = OF_A_DAY[name];
    if (wanted === undefined) continue;
    file.write(`# TYPE ${name} ${type}`);
    for (const { labels, values } of series.filter((one) => wanted.test(one.labels))) {
      const isTime = name.endsWith('_timestamp_seconds');
      for (let at = end - 24 * HOUR; at < end; at += interval) {
        file.write(`${name}{${labels}} ${isTime ? at / SECOND : values[0]} ${at / SECOND}`);
      }
    }
  }
  file.write('# EOF');
  file.close();
}
