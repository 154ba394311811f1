import type { ExporterConfig } from '@opentelemetry/exporter-prometheus';
import { METRICS } from '../metrics/definitions.js';
import type { ClusterMetricProducer } from '../metrics/producer.js';
import { PRODUCER_KEYS } from '../metrics/series-sink.js';
import { type Diagnostics, messageOf } from '../otel/diagnostics.js';
import type { Collected } from './other-metrics.js';
import { PlainTexts } from './plain-texts.js';
import type { SharedTurn } from './shared-turn.js';
import { sanitizeName } from './text.js';

/** Milliseconds that everybody else's metrics may take to collect. */
const MOST_COLLECTING_MILLIS = 10_000;

const OWN_NAMES = new Set<string>(PRODUCER_KEYS.map((key) => METRICS[key].name));

/** The answer to a scrape. */
export interface ScrapeText {
  readonly status: 200 | 500;
  readonly contentType: string;
  readonly chunks: readonly Buffer[];
}

/** Where the metrics come from. */
export interface TextSources {
  /** Our producer; undefined for one that has nothing but what a reader takes. */
  readonly producer: ClusterMetricProducer | undefined;
  /** Collects everything but our producer's series. */
  readonly others: () => Promise<Collected>;
  /** Collects everything. */
  readonly all: () => Promise<Collected>;
}

/** Makes the text of a scrape. What fails to be collected is told, and the rest is there. */
export class TextMaker {
  readonly #sources: TextSources;
  readonly #plain: PlainTexts;
  readonly #turn: SharedTurn;
  readonly #diagnostics: Diagnostics;

  constructor(sources: TextSources, config: ExporterConfig, turn: SharedTurn, diagnostics: Diagnostics) {
    this.#sources = sources;
    this.#plain = new PlainTexts(config);
    this.#turn = turn;
    this.#diagnostics = diagnostics;
  }

  /** Never rejects. */
  async make(): Promise<ScrapeText> {
    const errors: unknown[] = [];
    const chunks = await this.#chunks(errors).catch((error: unknown) => {
      errors.push(error);
      return undefined;
    });
    const status = chunks === undefined ? 500 : 200;
    const { contentType } = PlainTexts;
    if (errors.length === 0) return { status, contentType, chunks: chunks ?? [] };
    const told = failures(errors);
    this.#diagnostics.once('error', 'collection', told);
    return { status, contentType, chunks: [...(chunks ?? []), Buffer.from(`# ${told}\n`)] };
  }

  /** Undefined where nothing could be collected. */
  async #chunks(errors: unknown[]): Promise<readonly Buffer[] | undefined> {
    const { producer, others, all } = this.#sources;
    let collected = await this.#collect(producer === undefined ? all : others, errors);
    if (producer === undefined) return collected && this.#plain.bytes(collected);
    if (collected !== undefined && hasOwnNames(collected)) {
      // Series of one metric stand together, and only a serializer that has all of them can see to that.
      collected = await this.#collect(all, errors);
      return collected && this.#plain.bytes(collected);
    }
    const series = this.#plain.series(collected?.resourceMetrics.resource.attributes ?? {});
    errors.push(...(await producer.collectInto(series, this.#turn.rest)));
    if (collected === undefined && series.isEmpty) return undefined;
    return this.#plain.bytes(collected, series);
  }

  async #collect(collect: () => Promise<Collected>, errors: unknown[]): Promise<Collected | undefined> {
    try {
      const collected = await within(MOST_COLLECTING_MILLIS, collect());
      errors.push(...collected.errors);
      return collected;
    } catch (error) {
      errors.push(error);
      return undefined;
    }
  }
}

/** True where somebody else has series of a metric that is ours, as a second producer of this package. */
function hasOwnNames({ resourceMetrics }: Collected): boolean {
  return resourceMetrics.scopeMetrics.some(({ metrics }) =>
    metrics.some(({ descriptor }) => OWN_NAMES.has(sanitizeName(descriptor.name))),
  );
}

/** Tells what is missing. */
function failures(errors: readonly unknown[]): string {
  const [first] = errors;
  const message = messageOf(first).replace(/\s+/g, ' ');
  return `failed to export metrics: ${errors.length === 1 ? '' : `${errors.length} failures, the first: `}${message}`;
}

/** Rejects once `promise` has taken longer. */
async function within<T>(millis: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not collected within ${millis / 1000} s`)), millis).unref();
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
