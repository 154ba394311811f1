import { LineFile } from '../../examples/lab/line-file.js';
import { recordingGroups } from '../../rules/recording.js';
import { DEFAULTS } from '../../rules/settings.js';
import type { Prometheus } from '../support/prometheus.js';
import { HOUR, SECOND } from '../support/time.js';

/** Prometheus refuses ranges of more points, and answers are held in memory. */
const PIECE = 2 * HOUR;

/** A recorded series with its expression over what is scraped. */
interface Recorded {
  readonly record: string;
  readonly expr: string;
  /** Milliseconds. */
  readonly interval: number;
}

/**
 * The recording rules, each over scraped series only. What a rule reads of another one is put in its place: over blocks
 * that were written down before, no rule has ever been evaluated.
 */
function recordedSeries(): Recorded[] {
  const known = new Map<string, Recorded>();
  for (const { interval = '30s', rules } of recordingGroups(DEFAULTS)) {
    const seconds = interval.endsWith('m') ? Number.parseInt(interval, 10) * 60 : Number.parseInt(interval, 10);
    for (const { record, expr } of rules) {
      known.set(record, { record, expr: expanded(expr, known), interval: seconds * SECOND });
    }
  }
  return [...known.values()];
}

function expanded(expr: string, known: ReadonlyMap<string, Recorded>): string {
  return expr.replaceAll(/[a-z_]+:[a-z_]+:\w+(\[\w+)?/g, (reference) => {
    const [name = '', range] = reference.split('[');
    const recorded = known.get(name);
    if (recorded === undefined) throw new Error(`${name} is recorded after it is read`);
    return range === undefined ? `(${recorded.expr})` : `(${recorded.expr})[${range}:${recorded.interval / SECOND}s`;
  });
}

/**
 * Adds what the recording rules would have recorded to a running Prometheus, which is started anew for it.
 *
 * @param path of a file that may be overwritten
 * @param from milliseconds since the Unix epoch
 */
export async function record(prometheus: Prometheus, path: string, from: number, to: number): Promise<void> {
  const file = new LineFile(path);
  for (const { record: name, expr, interval } of recordedSeries()) {
    file.write(`# TYPE ${name} gauge`);
    for (let start = from; start <= to; start += PIECE) {
      const end = Math.min(start + PIECE - interval, to);
      const { result } = await prometheus.range(expr, start, end, interval);
      for (const { metric, values } of result) {
        const labels = Object.entries(metric).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
        const series = labels.length === 0 ? name : `${name}{${labels.join(',')}}`;
        for (const [seconds, value] of values) file.write(`${series} ${value} ${seconds}`);
      }
    }
  }
  file.write('# EOF');
  file.close();
  await prometheus.add(path);
}
