import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { program } from '../../../tools/program.js';
import { eventually } from '../../support/eventually.js';
import { Daemon, freePort } from '../../support/process.js';

/** The releases that the pipelines are tested with: Debian 12's 2.42, and the current one. */
export type PrometheusRelease = 'prometheus-2' | 'prometheus-3';

/** A series with its present value. */
export interface SeriesValue {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** How a {@link PrometheusServer} gets its data. */
export interface PrometheusServerOptions {
  /** Ports of 127.0.0.1 that it scrapes. */
  readonly targets?: readonly number[];
  /** It takes remote write, and with release 3 OTLP. */
  readonly receives?: boolean;
}

/** A real Prometheus of either release. */
export class PrometheusServer {
  readonly port: number;
  readonly #folder: string;
  readonly #command: readonly [string, readonly string[]];
  #daemon: Daemon;

  private constructor(port: number, folder: string, command: readonly [string, readonly string[]]) {
    this.port = port;
    this.#folder = folder;
    this.#command = command;
    this.#daemon = new Daemon(...command);
  }

  static async start(
    release: PrometheusRelease,
    { targets = [], receives = false }: PrometheusServerOptions,
  ): Promise<PrometheusServer> {
    const folder = await mkdtemp(join(tmpdir(), `${release}-`));
    const config = {
      global: { scrape_interval: '1s', scrape_timeout: '1s' },
      scrape_configs: [
        {
          job_name: 'target',
          honor_labels: true,
          static_configs: [
            { targets: targets.map((port) => `127.0.0.1:${port}`), labels: { namespace: 'monitoring' } },
          ],
        },
      ],
      // What waited in a queue while the store was down is older than what others have sent since.
      storage: { tsdb: { out_of_order_time_window: '1h' } },
      ...(receives &&
        release === 'prometheus-3' && { otlp: { translation_strategy: 'UnderscoreEscapingWithSuffixes' } }),
    };
    // JSON is YAML.
    await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(config));
    const port = await freePort();
    const receivers = ['--web.enable-remote-write-receiver', '--enable-feature=exemplar-storage'];
    const args = [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
      ...(receives ? receivers : ['--enable-feature=exemplar-storage']),
      ...(receives && release === 'prometheus-3' ? ['--web.enable-otlp-receiver'] : []),
    ];
    const server = new PrometheusServer(port, folder, [await program(release), args]);
    await server.#ready();
    return server;
  }

  get remoteWriteUrl(): string {
    return `${this.#url}/api/v1/write`;
  }

  get otlpMetricsUrl(): string {
    return `${this.#url}/api/v1/otlp/v1/metrics`;
  }

  /**
   * The result of an instant query.
   *
   * @param time milliseconds since the Unix epoch; default: now
   */
  async query(expression: string, time?: number): Promise<SeriesValue[]> {
    const parameters = new URLSearchParams({ query: expression });
    if (time !== undefined) parameters.set('time', String(time / 1_000));
    const data = await this.#get<{ result: { metric: Record<string, string>; value: [number, string] }[] }>(
      `query?${parameters}`,
    );
    return data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
  }

  /** The trace ids of the exemplars of a day around now: a simulated clock may be some hours ahead. */
  async exemplarTraceIds(expression: string): Promise<string[]> {
    const now = Date.now() / 1_000;
    const range = { start: String(now - 43_200), end: String(now + 43_200) };
    const data = await this.#get<{ exemplars: { labels: Record<string, string> }[] }[]>(
      `query_exemplars?${new URLSearchParams({ query: expression, ...range })}`,
    );
    return data.flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels['trace_id'] ?? ''));
  }

  /** Ends it, and leaves its data for {@link restart}. */
  async halt(): Promise<void> {
    await this.#daemon.stop();
  }

  async restart(): Promise<void> {
    this.#daemon = new Daemon(...this.#command);
    await this.#ready();
  }

  async stop(): Promise<void> {
    await this.halt();
    await rm(this.#folder, { recursive: true });
  }

  get #url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async #ready(): Promise<void> {
    await eventually(async () => {
      if (this.#daemon.process.exitCode !== null) throw new Error(this.#daemon.output);
      return (await fetch(`${this.#url}/-/ready`)).ok || undefined;
    });
  }

  async #get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.#url}/api/v1/${path}`);
    const body = (await response.json()) as { status: string; error?: string; data: T };
    if (body.status !== 'success') throw new Error(body.error);
    return body.data;
  }
}
