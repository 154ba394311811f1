import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { program } from '../../tools/program.js';
import { freeUrl, run, SELDOM_COLLECTED } from './process.js';
import { type Launch, Server } from './server.js';
import { SECOND } from './time.js';

const HALF_A_DAY = 43_200 * SECOND;

/** A series of the answer to a query, at one time. */
export interface Point {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A series of the answer to a query over a range. */
export interface Matrix {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [seconds: number, value: string])[];
}

/** The answer to a query. */
export interface Answer<T> {
  readonly result: readonly T[];
  readonly warnings: readonly string[];
  /** Seconds that Prometheus has spent on it, its wait for a place included. */
  readonly seconds: number;
}

/** The releases that are tested: Debian 12's 2.42, and the current one. */
export type PrometheusRelease = '2' | '3';

/** What a Prometheus runs with. */
export interface PrometheusOptions {
  /** Default 2. */
  readonly release?: PrometheusRelease;
  /** Ports of 127.0.0.1 that it scrapes. */
  readonly targets?: readonly number[];
  /** Default: 1 s. */
  readonly scrapeInterval?: string;
  /** It takes remote write, and with release 3 OTLP. */
  readonly receives?: boolean;
  /** Absolute paths. */
  readonly ruleFiles?: readonly string[];
  /** Default: 1 s. */
  readonly evaluationInterval?: string;
  /** URLs of the Alertmanagers that it tells. */
  readonly alertmanagers?: readonly string[];
  /** Put over the configuration, key by key. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly flags?: readonly string[];
}

/** A real Prometheus. */
export class Prometheus extends Server {
  readonly url: string;
  readonly #release: PrometheusRelease;

  private constructor(folder: string, launch: Launch, url: string, release: PrometheusRelease) {
    super(folder, launch);
    this.url = url;
    this.#release = release;
  }

  /** One that scrapes or is written to. */
  static start(options: PrometheusOptions): Promise<Prometheus> {
    return Prometheus.launched('prometheus', (folder) => Prometheus.#make(folder, options));
  }

  /** One over data that was written down before: files of OpenMetrics text that `promtool` makes blocks of. */
  static over(
    openMetrics: Iterable<string> | AsyncIterable<string>,
    options: PrometheusOptions = {},
  ): Promise<Prometheus> {
    return Prometheus.launched('prometheus', async (folder) => {
      // The data may be from any time.
      const flags = ['--storage.tsdb.retention.time=100y', ...(options.flags ?? [])];
      const prometheus = await Prometheus.#make(folder, { ...options, flags }, SELDOM_COLLECTED);
      for await (const file of openMetrics) await prometheus.#makeBlocks(file);
      return prometheus;
    });
  }

  static async #make(folder: string, options: PrometheusOptions, env: Launch['env'] = {}): Promise<Prometheus> {
    const { release = '2', receives = false, flags = [] } = options;
    const url = await freeUrl();
    const config = join(folder, 'prometheus.yml');
    // JSON is YAML.
    await writeFile(config, JSON.stringify(configuration(options)));
    const receivers = [
      '--web.enable-remote-write-receiver',
      ...(release === '3' ? ['--web.enable-otlp-receiver'] : []),
    ];
    const command = [
      await program(`prometheus-${release}`),
      `--config.file=${config}`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=${new URL(url).host}`,
      '--enable-feature=exemplar-storage',
      ...(receives ? receivers : []),
      ...flags,
    ] as const;
    const launch = { command, env, ready: `${url}/-/ready` };
    return new Prometheus(folder, launch, url, release);
  }

  get remoteWriteUrl(): string {
    return `${this.url}/api/v1/write`;
  }

  get otlpMetricsUrl(): string {
    return `${this.url}/api/v1/otlp/v1/metrics`;
  }

  /** Adds blocks of OpenMetrics text to what it holds; it is ended and started again for that. */
  async add(openMetrics: string): Promise<void> {
    await this.halt();
    await this.#makeBlocks(openMetrics);
    await this.restart();
  }

  /** @param time milliseconds since the Unix epoch; default: now */
  async query(expression: string, time?: number): Promise<readonly Point[]> {
    return (await this.instant(expression, time)).result;
  }

  /** @param time milliseconds since the Unix epoch; default: now */
  async instant(query: string, time?: number): Promise<Answer<Point>> {
    const parameters = time === undefined ? { query } : { query, time: String(time / SECOND) };
    const answer = await this.#ask<{ metric: Record<string, string>; value: [number, string] }>('query', parameters);
    return { ...answer, result: answer.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) })) };
  }

  /** Times and step in milliseconds. */
  range(query: string, start: number, end: number, step: number): Promise<Answer<Matrix>> {
    return this.#ask('query_range', { query, ...between(start, end), step: String(step / SECOND) });
  }

  /** The label sets of all series that match. */
  series(selector: string): Promise<Record<string, string>[]> {
    return this.get(`series?${new URLSearchParams({ 'match[]': selector })}`);
  }

  /** The values of a label among the series that a selector matches, as the choices of a variable are found. */
  labelValues(label: string, selector: string, start: number, end: number): Promise<string[]> {
    return this.get(`label/${label}/values?${new URLSearchParams({ 'match[]': selector, ...between(start, end) })}`);
  }

  /** The trace ids of the exemplars of a day around now: a simulated clock may be some hours ahead. */
  async exemplarTraceIds(query: string): Promise<string[]> {
    const day = between(Date.now() - HALF_A_DAY, Date.now() + HALF_A_DAY);
    const data = await this.get<{ exemplars: { labels: Record<string, string> }[] }[]>(
      `query_exemplars?${new URLSearchParams({ query, ...day })}`,
    );
    return data.flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels['trace_id'] ?? ''));
  }

  /** What the API answers under `/api/v1/`, such as `rules` or `alerts`. */
  async get<T>(path: string): Promise<T> {
    return (await this.#body<T>(path)).data;
  }

  async #ask<T>(path: string, parameters: Readonly<Record<string, string>>): Promise<Answer<T>> {
    type Data = { result: T[]; stats: { timings: { execTotalTime: number } } };
    const query = new URLSearchParams({ ...parameters, stats: 'all' });
    const { data, warnings = [] } = await this.#body<Data>(`${path}?${query}`);
    return { result: data.result, warnings, seconds: data.stats.timings.execTotalTime };
  }

  async #body<T>(path: string): Promise<{ readonly data: T; readonly warnings?: readonly string[] }> {
    const response = await fetch(`${this.url}/api/v1/${path}`);
    const body = (await response.json()) as { status: string; error?: string; data: T; warnings?: string[] };
    if (body.status !== 'success') throw new Error(`${decodeURIComponent(path)}\n${body.error}`);
    return body;
  }

  async #makeBlocks(openMetrics: string): Promise<void> {
    const promtool = await program(`promtool-${this.#release}`);
    await run(promtool, ['tsdb', 'create-blocks-from', 'openmetrics', openMetrics, join(this.folder, 'data')]);
  }
}

function between(start: number, end: number) {
  return { start: String(start / SECOND), end: String(end / SECOND) };
}

function configuration({
  release,
  targets = [],
  scrapeInterval = '1s',
  receives = false,
  ruleFiles = [],
  evaluationInterval = '1s',
  alertmanagers = [],
  config,
}: PrometheusOptions): object {
  const static_configs = [
    // A namespace of the target's own, as Kubernetes gives it, must not rename ours.
    { targets: targets.map((port) => `127.0.0.1:${port}`), labels: { namespace: 'monitoring' } },
  ];
  return {
    global: {
      scrape_interval: scrapeInterval,
      scrape_timeout: scrapeInterval,
      evaluation_interval: evaluationInterval,
    },
    scrape_configs: targets.length === 0 ? [] : [{ job_name: 'controller', honor_labels: true, static_configs }],
    rule_files: ruleFiles,
    alerting: {
      alertmanagers: [{ static_configs: [{ targets: alertmanagers.map((url) => new URL(url).host) }] }],
    },
    // What waited in a queue while the store was down is older than what others have sent since.
    ...(receives && { storage: { tsdb: { out_of_order_time_window: '1h' } } }),
    ...(receives && release === '3' && { otlp: { translation_strategy: 'UnderscoreEscapingWithSuffixes' } }),
    ...config,
  };
}
