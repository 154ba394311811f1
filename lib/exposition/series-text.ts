import type { HrTime } from '@opentelemetry/api';
import { recordOf } from '../metrics/record-of.js';
import type { SeriesLabels } from '../metrics/series-labels.js';
import { PRODUCER_KEYS, type ProducerKey, type SeriesSink } from '../metrics/series-sink.js';
import type { ZeroFirstCounter } from '../metrics/zero-first-counter.js';
import type { ZeroFirstHistogram } from '../metrics/zero-first-histogram.js';
import { hrTime } from '../otel/hr-time.js';
import type { Frames, LineFrame } from './plain-frames.js';
import { labelPairs, numberText } from './text.js';

/** Characters of text that are made bytes at once: what is pending of all metrics is held in memory twice. */
const CHUNK = 32_768;

/** The text of one collection, metric by metric. */
export class SeriesText implements SeriesSink {
  readonly #frames: Frames;
  readonly #withTimestamps: boolean;
  readonly #parts = recordOf(PRODUCER_KEYS, () => new TextPart());
  #steadyNow = 0;
  /** What ends each line. */
  #end = '\n';

  constructor(frames: Frames, withTimestamps: boolean) {
    this.#frames = frames;
    this.#withTimestamps = withTimestamps;
  }

  begin(now: number, steadyNow: number): void {
    this.#steadyNow = steadyNow;
    if (this.#withTimestamps) this.#end = ` ${milliseconds(hrTime(now))}\n`;
  }

  gauge(key: ProducerKey, labels: SeriesLabels, _startTime: HrTime, value: number): void {
    this.#add(key, this.#frames.metrics[key], labels, value);
  }

  counter(key: ProducerKey, labels: SeriesLabels, counter: ZeroFirstCounter): void {
    this.#add(key, this.#frames.metrics[key], labels, counter.read(this.#steadyNow));
  }

  histogram(key: 'phaseDuration', labels: SeriesLabels, histogram: ZeroFirstHistogram): void {
    const { count, sum, buckets } = this.#frames[key];
    const value = histogram.read(this.#steadyNow);
    this.#add(key, count, labels, value.count);
    this.#add(key, sum, labels, value.sum);
    let below = 0;
    for (const [index, bucket] of buckets.entries()) {
      below += value.buckets.counts[index] ?? 0;
      this.#add(key, bucket, labels, below);
    }
  }

  /** @param head what stands before it, without which nothing of ours does */
  bytes(head: string): Buffer[] {
    const chunks: Buffer[] = [];
    let text = head;
    for (const key of PRODUCER_KEYS) {
      const part = this.#parts[key];
      if (part.isEmpty) continue;
      text += this.#frames.metrics[key].header;
      if (part.chunks.length > 0) {
        chunks.push(Buffer.from(text), ...part.chunks);
        text = '';
      }
      text += part.pending;
    }
    chunks.push(Buffer.from(text));
    return chunks;
  }

  get isEmpty(): boolean {
    return PRODUCER_KEYS.every((key) => this.#parts[key].isEmpty);
  }

  #add(key: ProducerKey, { open, close }: LineFrame, labels: SeriesLabels, value: number): void {
    labels.text ??= labelPairs(labels.attributes);
    this.#parts[key].add(open + labels.text + close + numberText(value) + this.#end);
  }
}

/** The lines of one metric. */
class TextPart {
  readonly chunks: Buffer[] = [];
  pending = '';

  get isEmpty(): boolean {
    return this.pending === '' && this.chunks.length === 0;
  }

  add(line: string): void {
    this.pending += line;
    if (this.pending.length < CHUNK) return;
    this.chunks.push(Buffer.from(this.pending));
    this.pending = '';
  }
}

/** As OpenTelemetry's serializer computes it. */
function milliseconds([seconds, nanoseconds]: HrTime): number {
  return seconds * 1e3 + nanoseconds / 1e6;
}
