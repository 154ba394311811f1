import { access, constants, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { eventually } from '../support/eventually.js';
import { Daemon, freePort, run } from '../support/process.js';
import { Prometheus, type QueryResult } from '../support/prometheus.js';

const UNPACKED = new URL('../../../.cache/debian/usr/bin/', import.meta.url).pathname;

/** The path of `prometheus` or `promtool`, which come in one package. */
export async function findTool(name: 'prometheus' | 'promtool'): Promise<string> {
  const find = async () => {
    for (const folder of [...(process.env['PATH'] ?? '').split(delimiter), UNPACKED]) {
      const path = join(folder, name);
      const found = await access(path, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (found) return path;
    }
    return undefined;
  };
  const known = await find();
  if (known !== undefined) return known;
  // Starting the ordinary test server fetches the package.
  await (await Prometheus.start([], '15s')).stop();
  return (await find()) ?? Promise.reject(new Error(`the Prometheus package has no ${name}`));
}

/** A real Prometheus over data that was written down before. */
export class LoadedPrometheus {
  readonly #daemon: Daemon;
  readonly #folder: string;
  readonly #url: string;

  private constructor(daemon: Daemon, folder: string, url: string) {
    this.#daemon = daemon;
    this.#folder = folder;
    this.#url = url;
  }

  /** @param openMetrics files that `promtool` makes blocks of */
  static async start(openMetrics: readonly string[]): Promise<LoadedPrometheus> {
    const folder = await mkdtemp(join(tmpdir(), 'prometheus-'));
    const promtool = await findTool('promtool');
    for (const file of openMetrics) {
      await run(promtool, ['tsdb', 'create-blocks-from', 'openmetrics', file, join(folder, 'data')]);
    }
    await writeFile(join(folder, 'prometheus.yml'), '{}');
    const port = await freePort();
    const daemon = new Daemon(await findTool('prometheus'), [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/data`,
      // The virtual time of the lab is long past.
      '--storage.tsdb.retention.time=100y',
      `--web.listen-address=127.0.0.1:${port}`,
    ]);
    const url = `http://127.0.0.1:${port}`;
    await eventually(async () => {
      if (daemon.process.exitCode !== null) throw new Error(daemon.output);
      return (await fetch(`${url}/-/ready`)).ok || undefined;
    });
    return new LoadedPrometheus(daemon, folder, url);
  }

  /** @param time milliseconds since the Unix epoch */
  async query(expression: string, time: number): Promise<QueryResult[]> {
    const parameters = new URLSearchParams({ query: expression, time: String(time / 1000) });
    const response = await fetch(`${this.#url}/api/v1/query?${parameters}`);
    const body = (await response.json()) as {
      readonly status: string;
      readonly error?: string;
      readonly data: { readonly result: { metric: Record<string, string>; value: [number, string] }[] };
    };
    if (body.status !== 'success') throw new Error(body.error);
    return body.data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
  }

  async stop(): Promise<void> {
    await this.#daemon.stop();
    await rm(this.#folder, { recursive: true });
  }
}
