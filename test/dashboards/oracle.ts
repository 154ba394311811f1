import type { Samples } from '../../examples/lab/samples.js';
import type { ScrapeTimes } from '../../examples/lab/scrape-times.js';

/** A series with one value, or what was made of several. */
export interface Row {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What labels must be: a value, one of several, or anything that is not empty. */
export type Filter = Readonly<Record<string, string | readonly string[]>>;

/** How long Prometheus sees a series after its last sample. */
const LOOKBACK = 5 * 60_000;

interface ParsedSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly first: number;
  readonly values: readonly number[];
}

/** What was scraped, read without PromQL: what queries must agree with. */
export class Oracle {
  readonly times: ScrapeTimes;
  readonly #samples: Samples;
  readonly #every: number;
  readonly #leftOpen: boolean;
  readonly #series = new Map<string, readonly ParsedSeries[]>();

  /**
   * @param every which scrapes there were: each, or each fourth
   * @param leftOpen whether a sample at the very beginning of a window lies outside, as it does from Prometheus 3 on
   */
  constructor(samples: Samples, times: ScrapeTimes, every: number, leftOpen: boolean) {
    this.#samples = samples;
    this.#every = every;
    this.#leftOpen = leftOpen;
    this.times = times;
  }

  /**
   * The last value of every series of a metric at a time; the short name without `mesh_rebalance_`.
   *
   * @param window how far back a sample may lie, in milliseconds
   */
  at(time: number, name: string, filter: Filter = {}, window = LOOKBACK): Row[] {
    return this.#within(time, window, name, filter).map(({ labels, seen }) => ({
      labels,
      value: seen.at(-1) as number,
    }));
  }

  /** By how much each series of a counter grew in the time before. */
  grown(time: number, window: number, name: string, filter: Filter = {}): Row[] {
    return this.#within(time, window, name, filter)
      .filter(({ seen }) => seen.length > 1)
      .map(({ labels, seen }) => ({ labels, value: (seen.at(-1) as number) - (seen[0] as number) }));
  }

  /** Series whose value changed in the time before. */
  changed(time: number, window: number, name: string, filter: Filter = {}): Row[] {
    return this.#within(time, window, name, filter)
      .filter(({ seen }) => seen.some((value) => value !== seen[0]))
      .map(({ labels, seen }) => ({ labels, value: seen.at(-1) as number }));
  }

  /** The samples of each series in the time before, those without any left out. */
  #within(time: number, window: number, name: string, filter: Filter) {
    const { start, interval } = this.times;
    const last = Math.floor((time - start) / interval);
    const edge = (time - window - start) / interval;
    const earliest = this.#leftOpen ? Math.floor(edge) + 1 : Math.ceil(edge);
    return this.#matching(name, filter).flatMap(({ labels, first, values }) => {
      const seen = values
        .slice(Math.max(0, earliest - first), Math.max(0, last - first + 1))
        .filter((value) => !Number.isNaN(value));
      return seen.length === 0 ? [] : [{ labels, seen }];
    });
  }

  /** Every value that a label has ever had. */
  valuesOf(label: string, name: string, filter: Filter = {}): string[] {
    return [...new Set(this.#matching(name, filter).map(({ labels }) => labels[label] ?? ''))].sort();
  }

  #matching(name: string, filter: Filter): ParsedSeries[] {
    let series = this.#series.get(name);
    if (series === undefined) {
      series = this.#samples.series(`mesh_rebalance_${name}`).map(({ labels, first, values }) => ({
        labels: parsed(labels),
        first,
        values: values.map((value, index) => ((first + index) % this.#every === 0 ? value : Number.NaN)),
      }));
      this.#series.set(name, series);
    }
    return series.filter(({ labels }) => matches(labels, filter));
  }
}

function parsed(labels: string): Record<string, string> {
  return Object.fromEntries([...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
}

function matches(labels: Readonly<Record<string, string>>, filter: Filter): boolean {
  return Object.entries(filter).every(([name, wanted]) => {
    const value = labels[name] ?? '';
    return typeof wanted === 'string' ? value === wanted : wanted.includes(value);
  });
}

/** Rows that share these labels, put together in one. */
export function by(rows: readonly Row[], labels: readonly string[], join: (values: number[]) => number): Row[] {
  const groups = new Map<string, { labels: Record<string, string>; values: number[] }>();
  for (const row of rows) {
    const kept = Object.fromEntries(labels.flatMap((name) => (row.labels[name] ? [[name, row.labels[name]]] : [])));
    const key = JSON.stringify(kept);
    const group = groups.get(key) ?? { labels: kept, values: [] };
    group.values.push(row.value);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ labels: kept, values }) => ({ labels: kept, value: join(values) }));
}

export const largest = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b));
export const smallest = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b));
export const total = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
