import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { program } from '../../tools/program.js';
import { eventually } from './eventually.js';
import { Daemon, freePort, run } from './process.js';

/** One series of an instant query. */
export interface QueryResult {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What a Prometheus runs with, beside what it scrapes or holds. */
export interface PrometheusOptions {
  /** Default 2. */
  readonly release?: '2' | '3';
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
export class Prometheus {
  readonly url: string;
  readonly #daemon: Daemon;
  readonly #folder: string;

  private constructor(daemon: Daemon, folder: string, url: string) {
    this.#daemon = daemon;
    this.#folder = folder;
    this.url = url;
  }

  /** One that scrapes ports of 127.0.0.1. */
  static async start(
    targets: readonly number[],
    scrapeInterval: string,
    options: PrometheusOptions = {},
  ): Promise<Prometheus> {
    const folder = await mkdtemp(join(tmpdir(), 'prometheus-'));
    const scrapes = {
      job_name: 'controller',
      honor_labels: true,
      scrape_interval: scrapeInterval,
      scrape_timeout: scrapeInterval,
      // A namespace of the target's own, as Kubernetes gives it, must not rename ours.
      static_configs: [{ targets: targets.map((port) => `127.0.0.1:${port}`), labels: { namespace: 'monitoring' } }],
    };
    return Prometheus.#run(folder, { scrape_configs: [scrapes] }, options);
  }

  /** One over data that was written down before: files that `promtool` makes blocks of. */
  static async over(openMetrics: readonly string[], options: PrometheusOptions = {}): Promise<Prometheus> {
    const folder = await mkdtemp(join(tmpdir(), 'prometheus-'));
    const promtool = await program(`promtool-${options.release ?? '2'}`);
    for (const file of openMetrics) {
      await run(promtool, ['tsdb', 'create-blocks-from', 'openmetrics', file, join(folder, 'data')]);
    }
    // The data may be from any time.
    const flags = ['--storage.tsdb.retention.time=100y', ...(options.flags ?? [])];
    return Prometheus.#run(folder, {}, { ...options, flags });
  }

  static async #run(folder: string, scrapes: object, options: PrometheusOptions): Promise<Prometheus> {
    const { release = '2', ruleFiles = [], evaluationInterval = '1s', alertmanagers = [], flags = [] } = options;
    const targets = alertmanagers.map((url) => new URL(url).host);
    const config = {
      global: { evaluation_interval: evaluationInterval },
      ...scrapes,
      rule_files: ruleFiles,
      alerting: { alertmanagers: [{ static_configs: [{ targets }] }] },
      ...options.config,
    };
    // JSON is YAML.
    await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(config));
    const port = await freePort();
    const daemon = new Daemon(await program(`prometheus-${release}`), [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
      ...flags,
    ]);
    const url = `http://127.0.0.1:${port}`;
    await eventually(async () => {
      if (daemon.process.exitCode !== null) throw new Error(daemon.output);
      return (await fetch(`${url}/-/ready`)).ok || undefined;
    });
    return new Prometheus(daemon, folder, url);
  }

  /** @param time milliseconds since the Unix epoch; default: now */
  async query(expression: string, time?: number): Promise<QueryResult[]> {
    const parameters = new URLSearchParams({ query: expression });
    if (time !== undefined) parameters.set('time', String(time / 1000));
    const data = await this.get<{ result: { metric: Record<string, string>; value: [number, string] }[] }>(
      `query?${parameters}`,
    );
    return data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
  }

  /** The label sets of all series that match. */
  series(selector: string): Promise<Record<string, string>[]> {
    return this.get(`series?${new URLSearchParams({ 'match[]': selector })}`);
  }

  async stop(): Promise<void> {
    await this.#daemon.stop();
    await rm(this.#folder, { recursive: true });
  }

  /** What the API answers under `/api/v1/`, such as `rules` or `alerts`. */
  async get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.url}/api/v1/${path}`);
    const body = (await response.json()) as { status: string; error?: string; data: T };
    if (body.status !== 'success') throw new Error(body.error);
    return body.data;
  }
}
