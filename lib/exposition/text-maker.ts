import { clearTimeout, setTimeout } from 'node:timers';
import { METRICS } from '../metrics/definitions.js';
import type { ClusterMetricProducer, ClusterName } from '../metrics/producer.js';
import { PRODUCER_KEYS } from '../metrics/series-sink.js';
import { type Diagnostics, messageOf } from '../otel/diagnostics.js';
import type { Format } from './accept.js';
import type { RebalanceExporterConfig } from './config.js';
import { OpenMetricsTexts } from './open-metrics-texts.js';
import type { Collected } from './other-metrics.js';
import { PlainTexts } from './plain-texts.js';
import type { Selection } from './selection.js';
import type { SharedTurn } from './shared-turn.js';
import { sanitizeName } from './text.js';
import type { TextFormat } from './text-format.js';
import type { TextMemory } from './text-memory.js';

/** Milliseconds that everybody else's metrics may take to collect. */
const MOST_COLLECTING_MILLIS = 10_000;

const OWN_NAMES = new Set<string>(PRODUCER_KEYS.map((key) => METRICS[key].name));

/** The answer to a scrape. */
export interface ScrapeText {
  readonly status: 200 | 500;
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

/** What a text is of. */
export interface Form {
  readonly format: Format;
  /** Undefined for everything. */
  readonly selection: Selection | undefined;
}

/** Makes the text of a scrape. What fails to be collected is told, and the rest is there. */
export class TextMaker {
  readonly #sources: TextSources;
  readonly #formats: Readonly<Record<Format, TextFormat>>;
  readonly #turn: SharedTurn;
  readonly #diagnostics: Diagnostics;

  constructor(sources: TextSources, config: RebalanceExporterConfig, turn: SharedTurn, diagnostics: Diagnostics) {
    this.#sources = sources;
    const onRefused = (names: readonly string[]) =>
      diagnostics.once('warn', `names ${names}`, `left out of OpenMetrics, because others have their names: ${names}`);
    this.#formats = { plain: new PlainTexts(config), openMetrics: new OpenMetricsTexts(config, onRefused) };
    this.#turn = turn;
    this.#diagnostics = diagnostics;
  }

  /** Never rejects. */
  async make(form: Form, memory: TextMemory): Promise<ScrapeText> {
    const errors: unknown[] = [];
    const chunks = await this.#chunks(form, memory, errors).catch((error: unknown) => {
      errors.push(error);
      return undefined;
    });
    if (errors.length === 0) return { status: 200, chunks: chunks ?? [] };
    const told = failures(errors);
    this.#diagnostics.once('error', 'collection', told);
    if (chunks === undefined) return { status: 500, chunks: [memory.bytesOf(`# ${told}\n`)] };
    const comment = this.#formats[form.format].comment(told);
    return { status: 200, chunks: comment === '' ? chunks : [...chunks, memory.bytesOf(comment)] };
  }

  /** Undefined where nothing could be collected. */
  async #chunks(
    { format, selection }: Form,
    memory: TextMemory,
    errors: unknown[],
  ): Promise<readonly Buffer[] | undefined> {
    const { producer, others, all } = this.#sources;
    const texts = this.#formats[format];
    let collected = await this.#collect(producer === undefined ? all : others, errors);
    if (producer !== undefined && collected !== undefined && hasOwnNames(collected)) {
      // Series of one metric stand together, and only a serializer that has all of them can see to that.
      collected = await this.#collect(all, errors);
    } else if (producer !== undefined) {
      const series = texts.series(collected?.resourceMetrics.resource.attributes ?? {}, selection);
      errors.push(...(await producer.collectInto(series, this.#turn.rest, wantedClusters(selection))));
      if (collected === undefined && series.isEmpty) return undefined;
      return texts.bytes({ others: collected, series, selection }, memory);
    }
    return collected && texts.bytes({ others: collected, series: undefined, selection }, memory);
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

function wantedClusters(selection: Selection | undefined): (of: ClusterName) => boolean {
  return ({ namespace, cluster }) =>
    (selection?.namespace ?? namespace) === namespace && (selection?.cluster ?? cluster) === cluster;
}

/** Tells what is missing. */
function failures(errors: readonly unknown[]): string {
  const [first] = errors;
  const message = messageOf(first).replace(/\s+/g, ' ');
  return `failed to export metrics: ${errors.length === 1 ? '' : `${errors.length} failures, the first: `}${message}`;
}

/** Rejects once `promise` has taken longer. */
function within<T>(millis: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new Error(`not collected within ${millis / 1000} s`));
    const timer = setTimeout(late, millis).unref();
    promise.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}
