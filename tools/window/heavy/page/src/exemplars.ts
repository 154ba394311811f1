import { type DataFrame, FieldType, type TimeRange } from '@grafana/data';
import { ask } from './prometheus';

/** One observation of a histogram, and the trace that it was made in. */
export interface Exemplar {
  readonly traceId: string;
  readonly value: number;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

interface Series {
  readonly exemplars: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: string;
    readonly timestamp: number;
  }[];
}

/** As many as can be told apart on a small graph. */
const MOST = 60;

/** Exemplars in this time of the series that a query selects; where many lie together, the greatest. */
export async function exemplarsOf(query: string, range: TimeRange, signal: AbortSignal): Promise<Exemplar[]> {
  const [from, to] = [range.from.valueOf(), range.to.valueOf()];
  const parameters = { query, start: String(from / 1000), end: String(to / 1000) };
  const greatest = new Map<number, Exemplar>();
  for (const { exemplars } of await ask<readonly Series[]>('query_exemplars', parameters, signal)) {
    for (const { labels, value, timestamp } of exemplars) {
      const found = { traceId: labels['trace_id'] ?? '', value: Number(value), at: timestamp * 1000 };
      const place = Math.floor((MOST * (found.at - from)) / (to - from));
      const other = greatest.get(place);
      if (found.traceId !== '' && (other === undefined || found.value > other.value)) greatest.set(place, found);
    }
  }
  return [...greatest.values()].sort((a, b) => a.at - b.at);
}

/** A graph of exemplars where there is no line or bar yet whose scale they could have: points that nobody sees. */
export function unseenFrame(exemplars: readonly Exemplar[]): DataFrame {
  const custom = {
    drawStyle: 'points',
    pointSize: 1,
    fillOpacity: 0,
    stacking: { mode: 'none', group: '' },
    hideFrom: { legend: true, tooltip: true, viz: false },
  };
  return {
    length: exemplars.length,
    fields: [
      { name: 'Time', type: FieldType.time, config: {}, values: exemplars.map(({ at }) => at) },
      { name: 'Value', type: FieldType.number, config: { custom }, values: exemplars.map(({ value }) => value) },
    ],
  };
}
