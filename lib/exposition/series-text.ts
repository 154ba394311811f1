import type { HrTime } from '@opentelemetry/api';
import type { SeriesLabels } from '../metrics/series-labels.js';
import { PRODUCER_KEYS, type ProducerKey, type SeriesSink } from '../metrics/series-sink.js';
import type { ZeroFirstCounter } from '../metrics/zero-first-counter.js';
import type { Exemplar, ZeroFirstHistogram } from '../metrics/zero-first-histogram.js';
import type { Frames, LineFrame, MetricFrame } from './frames.js';
import { labelPairs, numberText } from './text.js';
import type { TextMemory } from './text-memory.js';

/** Characters of text that are made bytes at once: what is pending of all metrics is held in memory twice. */
const CHUNK = 32_768;

/** The text of one collection, metric by metric. */
export class SeriesText implements SeriesSink {
  readonly #frames: Frames;
  readonly #withTimestamps: boolean;
  readonly #isWanted: (key: ProducerKey) => boolean;
  /** Of metrics that have series. */
  readonly #parts = new Map<ProducerKey, MetricPart>();
  #now = 0;
  #steadyNow = 0;
  /** What ends each line. */
  #end = '\n';

  /** @param isWanted chooses metrics */
  constructor(frames: Frames, withTimestamps: boolean, isWanted: (key: ProducerKey) => boolean) {
    this.#frames = frames;
    this.#withTimestamps = withTimestamps;
    this.#isWanted = isWanted;
  }

  begin(now: number, steadyNow: number): void {
    this.#now = now;
    this.#steadyNow = steadyNow;
    if (this.#withTimestamps) this.#end = ` ${this.#frames.time(now)}\n`;
  }

  gauge(key: ProducerKey, labels: SeriesLabels, _startTime: HrTime, value: number): void {
    const { frame, text } = this.#partOf(key);
    this.#add(text, frame, labels, value);
  }

  counter(key: ProducerKey, labels: SeriesLabels, counter: ZeroFirstCounter): void {
    const part = this.#partOf(key);
    this.#add(part.text, part.frame, labels, counter.read(this.#steadyNow));
    this.#addCreated(part, labels, counter.bornAt);
  }

  histogram(key: 'phaseDuration', labels: SeriesLabels, histogram: ZeroFirstHistogram): void {
    const frame = this.#frames[key];
    const part = this.#partOf(key);
    const { count, sum, buckets } = histogram.read(this.#steadyNow);
    for (const name of frame.order) {
      if (name === 'count') this.#add(part.text, frame.count, labels, count);
      else if (name === 'sum') this.#add(part.text, frame.sum, labels, sum);
      else this.#addBuckets(part.text, labels, buckets.counts, histogram.exemplars(this.#steadyNow));
    }
    this.#addCreated(part, labels, histogram.bornAt);
  }

  get isEmpty(): boolean {
    return this.#parts.size === 0;
  }

  /** The whole text. @param head what stands before ours */
  bytes(head: string, memory: TextMemory): Buffer[] {
    const whole = new TextPart((text) => memory.bytesOf(text));
    whole.add(head);
    for (const key of PRODUCER_KEYS) {
      const part = this.#parts.get(key);
      if (part === undefined || !this.#isWanted(key)) continue;
      whole.add(part.frame.header);
      whole.append(part.text);
    }
    whole.add(this.#frames.footer);
    return whole.bytes();
  }

  #addBuckets(
    text: TextPart,
    labels: SeriesLabels,
    counts: readonly number[],
    exemplars: readonly (Exemplar | undefined)[],
  ): void {
    const { phaseDuration, exemplar } = this.#frames;
    let below = 0;
    for (const [index, bucket] of phaseDuration.buckets.entries()) {
      below += counts[index] ?? 0;
      const found = exemplar && exemplars[index];
      this.#add(text, bucket, labels, below, found ? exemplar(found) : '');
    }
  }

  #addCreated({ frame: { created }, text }: MetricPart, labels: SeriesLabels, bornAt: number): void {
    if (created !== undefined) this.#add(text, created, labels, Math.min(bornAt, this.#now) / 1000);
  }

  #add(text: TextPart, { open, close }: LineFrame, labels: SeriesLabels, value: number, after = ''): void {
    labels.text ??= labelPairs(labels.attributes);
    // The end is one short string, instead of a chain of three.
    text.add(open + labels.text + (close + numberText(value) + (after === '' ? this.#end : this.#endWith(after))));
  }

  #partOf(key: ProducerKey): MetricPart {
    let part = this.#parts.get(key);
    if (part === undefined) {
      part = { frame: this.#frames.metrics[key], text: new TextPart(Buffer.from) };
      this.#parts.set(key, part);
    }
    return part;
  }

  #endWith(exemplar: string): string {
    return `${this.#end.slice(0, -1)}${exemplar}\n`;
  }
}

/** The text of one metric so far. */
interface MetricPart {
  readonly frame: MetricFrame;
  readonly text: TextPart;
}

/** Text that is made bytes as it comes. */
class TextPart {
  readonly #bytesOf: (text: string) => Buffer;
  readonly #chunks: Buffer[] = [];
  #pending = '';

  constructor(bytesOf: (text: string) => Buffer) {
    this.#bytesOf = bytesOf;
  }

  add(text: string): void {
    this.#pending += text;
    if (this.#pending.length >= CHUNK) this.#flush();
  }

  append(part: TextPart): void {
    if (part.#chunks.length > 0) {
      this.#flush();
      this.#chunks.push(...part.#chunks);
    }
    this.add(part.#pending);
  }

  bytes(): Buffer[] {
    this.#flush();
    return this.#chunks;
  }

  #flush(): void {
    if (this.#pending !== '') this.#chunks.push(this.#bytesOf(this.#pending));
    this.#pending = '';
  }
}
