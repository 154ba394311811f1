import type { HrTime } from '@opentelemetry/api';
import type { SeriesLabels } from '../metrics/series-labels.js';
import { PRODUCER_KEYS, type ProducerKey, type SeriesSink } from '../metrics/series-sink.js';
import type { ZeroFirstCounter } from '../metrics/zero-first-counter.js';
import type { Exemplar, ZeroFirstHistogram } from '../metrics/zero-first-histogram.js';
import type { Frames, LineFrame } from './frames.js';
import { labelPairs, numberText } from './text.js';

/** Characters of text that are made bytes at once: what is pending of all metrics is held in memory twice. */
const CHUNK = 32_768;

/** The text of one collection, metric by metric. */
export class SeriesText implements SeriesSink {
  readonly #frames: Frames;
  readonly #withTimestamps: boolean;
  readonly #isWanted: (key: ProducerKey) => boolean;
  /** Of metrics that have series. */
  readonly #parts = new Map<ProducerKey, TextPart>();
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
    this.#add(key, this.#frames.metrics[key], labels, value);
  }

  counter(key: ProducerKey, labels: SeriesLabels, counter: ZeroFirstCounter): void {
    this.#add(key, this.#frames.metrics[key], labels, counter.read(this.#steadyNow));
    this.#addCreated(key, labels, counter.bornAt);
  }

  histogram(key: 'phaseDuration', labels: SeriesLabels, histogram: ZeroFirstHistogram): void {
    const frame = this.#frames[key];
    const { count, sum, buckets } = histogram.read(this.#steadyNow);
    for (const name of frame.order) {
      if (name === 'count') this.#add(key, frame.count, labels, count);
      else if (name === 'sum') this.#add(key, frame.sum, labels, sum);
      else this.#addBuckets(key, labels, buckets.counts, histogram.exemplars(this.#steadyNow));
    }
    this.#addCreated(key, labels, histogram.bornAt);
  }

  get isEmpty(): boolean {
    return this.#parts.size === 0;
  }

  /** The whole text. @param head what stands before ours */
  bytes(head: string): Buffer[] {
    const whole = new TextPart();
    whole.add(head);
    for (const key of PRODUCER_KEYS) {
      const part = this.#parts.get(key);
      if (part === undefined || !this.#isWanted(key)) continue;
      whole.add(this.#frames.metrics[key].header);
      whole.append(part);
    }
    whole.add(this.#frames.footer);
    return whole.bytes();
  }

  #addBuckets(
    key: 'phaseDuration',
    labels: SeriesLabels,
    counts: readonly number[],
    exemplars: readonly (Exemplar | undefined)[],
  ): void {
    const { [key]: frame, exemplar } = this.#frames;
    let below = 0;
    for (const [index, bucket] of frame.buckets.entries()) {
      below += counts[index] ?? 0;
      const found = exemplar && exemplars[index];
      this.#add(key, bucket, labels, below, found ? exemplar(found) : '');
    }
  }

  #addCreated(key: ProducerKey, labels: SeriesLabels, bornAt: number): void {
    const { created } = this.#frames.metrics[key];
    if (created !== undefined) this.#add(key, created, labels, Math.min(bornAt, this.#now) / 1000);
  }

  #add(key: ProducerKey, { open, close }: LineFrame, labels: SeriesLabels, value: number, after = ''): void {
    labels.text ??= labelPairs(labels.attributes);
    this.#partOf(key).add(
      open + labels.text + close + numberText(value) + (after === '' ? this.#end : this.#endWith(after)),
    );
  }

  #partOf(key: ProducerKey): TextPart {
    let part = this.#parts.get(key);
    if (part === undefined) {
      part = new TextPart();
      this.#parts.set(key, part);
    }
    return part;
  }

  #endWith(exemplar: string): string {
    return `${this.#end.slice(0, -1)}${exemplar}\n`;
  }
}

/** Text that is made bytes as it comes. */
class TextPart {
  readonly #chunks: Buffer[] = [];
  #pending = '';

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
    if (this.#pending !== '') this.#chunks.push(Buffer.from(this.#pending));
    this.#pending = '';
  }
}
