import { access, constants, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { unpackDebianPackages } from '../../examples/debian-packages.js';
import { eventually } from './eventually.js';
import { Daemon, freePort, run } from './process.js';

const CACHE = new URL('../../../.cache/debian/', import.meta.url).pathname;

/** One series of an instant query. */
export interface QueryResult {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * The folder of `prometheus` and `promtool`, which come in one package: on PATH, else Debian's package, unpacked and not
 * installed, because its installation would start a server.
 */
async function locateFolder(): Promise<string> {
  const unpacked = join(CACHE, 'usr/bin');
  for (const folder of [...(process.env['PATH'] ?? '').split(delimiter), unpacked]) {
    const found = await Promise.all(['prometheus', 'promtool'].map((name) => isExecutable(join(folder, name))));
    if (found.every(Boolean)) return folder;
  }
  await unpackDebianPackages(['prometheus'], CACHE);
  return unpacked;
}

let located: Promise<string> | undefined;

/** The path of a program of Prometheus' package. */
export async function prometheusProgram(name: 'prometheus' | 'promtool'): Promise<string> {
  // Once for all that start at the same time: two of them must not unpack into one folder.
  located ??= locateFolder();
  return join(await located, name);
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** A real Prometheus. */
export class Prometheus {
  readonly #daemon: Daemon;
  readonly #folder: string;
  readonly #url: string;

  private constructor(daemon: Daemon, folder: string, url: string) {
    this.#daemon = daemon;
    this.#folder = folder;
    this.#url = url;
  }

  /** One that scrapes ports of 127.0.0.1. */
  static async start(targets: readonly number[], scrapeInterval: string): Promise<Prometheus> {
    const folder = await mkdtemp(join(tmpdir(), 'prometheus-'));
    return Prometheus.#run(folder, {
      global: { scrape_interval: scrapeInterval, scrape_timeout: scrapeInterval },
      scrape_configs: [
        {
          job_name: 'controller',
          honor_labels: true,
          // A namespace of the target's own, as Kubernetes gives it, must not rename ours.
          static_configs: [
            { targets: targets.map((port) => `127.0.0.1:${port}`), labels: { namespace: 'monitoring' } },
          ],
        },
      ],
    });
  }

  /** One over data that was written down before: files that `promtool` makes blocks of. */
  static async over(openMetrics: readonly string[]): Promise<Prometheus> {
    const folder = await mkdtemp(join(tmpdir(), 'prometheus-'));
    const promtool = await prometheusProgram('promtool');
    for (const file of openMetrics) {
      await run(promtool, ['tsdb', 'create-blocks-from', 'openmetrics', file, join(folder, 'data')]);
    }
    // The data may be from any time.
    return Prometheus.#run(folder, {}, ['--storage.tsdb.retention.time=100y']);
  }

  static async #run(folder: string, config: object, flags: readonly string[] = []): Promise<Prometheus> {
    // JSON is YAML.
    await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(config));
    const port = await freePort();
    const daemon = new Daemon(await prometheusProgram('prometheus'), [
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
    const data = await this.#get<{ result: { metric: Record<string, string>; value: [number, string] }[] }>(
      `query?${parameters}`,
    );
    return data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
  }

  /** The label sets of all series that match. */
  series(selector: string): Promise<Record<string, string>[]> {
    return this.#get(`series?${new URLSearchParams({ 'match[]': selector })}`);
  }

  async stop(): Promise<void> {
    await this.#daemon.stop();
    await rm(this.#folder, { recursive: true });
  }

  async #get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.#url}/api/v1/${path}`);
    const body = (await response.json()) as { status: string; error?: string; data: T };
    if (body.status !== 'success') throw new Error(body.error);
    return body.data;
  }
}
