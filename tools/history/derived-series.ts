import { LineFile } from '../../examples/lab/line-file.js';
import { alertGroups } from '../../rules/alert-groups.js';
import { inSeconds } from '../../rules/duration.js';
import { knownBySeries } from '../../rules/known.js';
import { recordingGroups } from '../../rules/recording.js';
import { DEFAULTS } from '../../rules/settings.js';

/** Prometheus refuses ranges of more points, and answers are held in memory. */
const PIECE = 7_200_000;
/** What rules are evaluated at where they say nothing. */
const EVALUATION = '30s';

/** The rules of the alerts over scraped series only, for where no rule has been evaluated. */
export const ALERTS_OVER_SERIES = alertGroups(DEFAULTS, knownBySeries(DEFAULTS.values)).flatMap(({ rules }) => rules);

/** Series of the answer to a query over a range. */
export type RangeAnswer = readonly {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [seconds: number, value: string])[];
}[];

/** Asks a Prometheus; times and step in milliseconds. */
export type AskRange = (query: string, start: number, end: number, step: number) => Promise<RangeAnswer>;

/** A stretch of time in milliseconds since the Unix epoch. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * Writes what the recording rules would have recorded, as OpenMetrics text. Over blocks that were written down, no rule
 * has ever been evaluated.
 */
export async function writeRecorded(path: string, ask: AskRange, stretch: Stretch): Promise<void> {
  await writeSeries(path, async (write) => {
    for (const { record, expr, interval } of recordedSeries()) {
      write.type(record);
      for await (const { metric, values } of inPieces(ask, expr, interval, stretch)) {
        for (const [seconds, value] of values) write.sample(record, metric, value, seconds);
      }
    }
  });
}

/** Writes the series of the alerts that would have fired, with the times at which their conditions began to hold. */
export async function writeAlerts(path: string, ask: AskRange, stretch: Stretch): Promise<void> {
  await writeSeries(path, async (write) => {
    for (const { alert, expr, for: held = '0s', labels } of ALERTS_OVER_SERIES) {
      const step = inSeconds(EVALUATION);
      const times = new Map<string, number[]>();
      for await (const { metric, values } of inPieces(ask, expr, step * 1000, stretch)) {
        const { __name__: _, ...own } = metric;
        const key = JSON.stringify(own);
        times.set(key, [...(times.get(key) ?? []), ...values.map(([seconds]) => seconds)]);
      }
      for (const [key, seconds] of times) {
        const metric = { ...JSON.parse(key), ...labels, alertname: alert };
        for (const { time, since } of withBegin(seconds, step)) {
          write.sample('ALERTS_FOR_STATE', metric, String(since), time);
          if (time - since >= inSeconds(held)) write.sample('ALERTS', { ...metric, alertstate: 'firing' }, '1', time);
        }
      }
    }
  });
}

/** The times at which a condition holds, each with the first of those that it has held at without a break. */
function withBegin(seconds: readonly number[], step: number) {
  let since = Number.NaN;
  return seconds.map((time, index) => {
    if (index === 0 || time - (seconds[index - 1] as number) > step) since = time;
    return { time, since };
  });
}

interface Recorded {
  readonly record: string;
  readonly expr: string;
  /** Milliseconds. */
  readonly interval: number;
}

/** The recording rules, each over scraped series only: what a rule reads of another one is put in its place. */
function recordedSeries(): Recorded[] {
  const known = new Map<string, Recorded>();
  for (const { interval = EVALUATION, rules } of recordingGroups(DEFAULTS)) {
    for (const { record, expr } of rules) {
      known.set(record, { record, expr: expanded(expr, known), interval: inSeconds(interval) * 1000 });
    }
  }
  return [...known.values()];
}

function expanded(expr: string, known: ReadonlyMap<string, Recorded>): string {
  return expr.replaceAll(/[a-z_]+:[a-z_]+:\w+(\[\w+)?/g, (reference) => {
    const [name = '', range] = reference.split('[');
    const recorded = known.get(name);
    if (recorded === undefined) throw new Error(`${name} is recorded after it is read`);
    return range === undefined ? `(${recorded.expr})` : `(${recorded.expr})[${range}:${recorded.interval / 1000}s`;
  });
}

async function* inPieces(ask: AskRange, query: string, step: number, { from, to }: Stretch) {
  for (let start = from; start <= to; start += PIECE) {
    yield* await ask(query, start, Math.min(start + PIECE - step, to), step);
  }
}

interface SeriesWriter {
  type(name: string): void;
  sample(name: string, labels: Readonly<Record<string, string>>, value: string, seconds: number): void;
}

async function writeSeries(path: string, fill: (write: SeriesWriter) => Promise<void>): Promise<void> {
  const file = new LineFile(path);
  await fill({
    type: (name) => file.write(`# TYPE ${name} gauge`),
    sample(name, { __name__: _, ...labels }, value, seconds) {
      const pairs = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
      file.write(`${pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`} ${value} ${seconds}`);
    },
  });
  file.write('# EOF');
  file.close();
}
