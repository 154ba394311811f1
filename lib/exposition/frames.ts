import type { Attributes } from '@opentelemetry/api';
import { METRICS } from '../metrics/definitions.js';
import type { ProducerKey } from '../metrics/series-sink.js';
import type { Exemplar } from '../metrics/zero-first-histogram.js';
import { labelPairs, prefixed } from './text.js';

/** What stands around the labels and the value of each series of one name. */
export interface LineFrame {
  /** The name and the brace after it. */
  readonly open: string;
  /** The labels that all series have, and what leads to the value. */
  readonly close: string;
}

/** What stands around the series of one metric. */
export interface MetricFrame extends LineFrame {
  readonly header: string;
  /** Of when a counter began, where that is told. */
  readonly created: LineFrame | undefined;
}

/** The lines of a histogram. */
interface HistogramFrame {
  /** By name, in the order of the format. */
  readonly order: readonly ('count' | 'sum' | 'buckets')[];
  readonly count: LineFrame;
  readonly sum: LineFrame;
  /** The last one is of all observations. */
  readonly buckets: readonly LineFrame[];
}

/** The text of one format that is the same in every scrape. */
export interface Frames {
  readonly metrics: Readonly<Record<ProducerKey, MetricFrame>>;
  /** Of the only histogram that there is. */
  readonly phaseDuration: HistogramFrame;
  /** A time as the format has it. @param millis milliseconds since the Unix epoch */
  readonly time: (millis: number) => string;
  /** Text of an exemplar after the value; undefined for a format without any. */
  readonly exemplar: ((exemplar: Exemplar) => string) | undefined;
  /** Ends the text. */
  readonly footer: string;
}

/** A frame of lines with these labels besides their own, which they have in any case. */
export function lineFrame(name: string, constants: Attributes): LineFrame {
  const pairs = labelPairs(constants);
  return { open: `${name}{`, close: pairs === '' ? '} ' : `,${pairs}} ` };
}

/** The name of one of our metrics in the text. @param prefix empty for none */
export function prefixedName(prefix: string, key: ProducerKey): string {
  return prefixed(METRICS[key].name, prefix);
}
