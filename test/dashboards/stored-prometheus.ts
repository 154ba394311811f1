import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { program } from '../../tools/program.js';
import { eventually } from '../support/eventually.js';
import { Daemon, freePort, run, SELDOM_COLLECTED } from '../support/process.js';

const SECOND = 1000;

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

/**
 * A Prometheus over blocks in a folder, which can be stopped, given more blocks and started again: what rules record is
 * asked of it, and then put into it.
 */
export class StoredPrometheus {
  readonly #folder: string;
  readonly #release: '2' | '3';
  #daemon: Daemon | undefined;
  #url = '';

  /** @param folder its own; the owner removes it */
  constructor(folder: string, release: '2' | '3' = '2') {
    this.#folder = folder;
    this.#release = release;
  }

  /** Makes blocks of OpenMetrics text. It must not be running. */
  async add(openMetrics: string): Promise<void> {
    const promtool = await program(`promtool-${this.#release}`);
    await run(promtool, ['tsdb', 'create-blocks-from', 'openmetrics', openMetrics, this.#data]);
  }

  async start(): Promise<void> {
    const config = join(this.#folder, 'prometheus.yml');
    await writeFile(config, '{}');
    const port = await freePort();
    const args = [
      `--config.file=${config}`,
      `--storage.tsdb.path=${this.#data}`,
      // The data may be from any time.
      '--storage.tsdb.retention.time=100y',
      `--web.listen-address=127.0.0.1:${port}`,
    ];
    const daemon = new Daemon(await program(`prometheus-${this.#release}`), args, SELDOM_COLLECTED);
    this.#daemon = daemon;
    this.#url = `http://127.0.0.1:${port}`;
    await eventually(async () => {
      if (daemon.process.exitCode !== null) throw new Error(daemon.output);
      return (await fetch(`${this.#url}/-/ready`)).ok || undefined;
    }, 60_000);
  }

  async stop(): Promise<void> {
    await this.#daemon?.stop();
  }

  /** @param time milliseconds since the Unix epoch */
  async instant(query: string, time: number): Promise<Answer<Point>> {
    const answer = await this.#ask<{ metric: Record<string, string>; value: [number, string] }>('query', {
      query,
      time: String(time / SECOND),
    });
    return { ...answer, result: answer.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) })) };
  }

  /** Times and step in milliseconds. */
  range(query: string, start: number, end: number, step: number): Promise<Answer<Matrix>> {
    return this.#ask('query_range', {
      query,
      start: String(start / SECOND),
      end: String(end / SECOND),
      step: String(step / SECOND),
    });
  }

  /** The values of a label among the series that a selector matches, as the choices of a variable are found. */
  async labelValues(label: string, selector: string, start: number, end: number): Promise<string[]> {
    const parameters = { 'match[]': selector, start: String(start / SECOND), end: String(end / SECOND) };
    return (await this.#get<{ data: string[] }>(`label/${label}/values`, parameters)).data;
  }

  get #data(): string {
    return join(this.#folder, 'data');
  }

  async #ask<T>(path: string, parameters: Readonly<Record<string, string>>): Promise<Answer<T>> {
    const { data, warnings = [] } = await this.#get<{
      data: { result: T[]; stats: { timings: { execTotalTime: number } } };
      warnings?: string[];
    }>(path, { ...parameters, stats: 'all' });
    return { result: data.result, warnings, seconds: data.stats.timings.execTotalTime };
  }

  async #get<T>(path: string, parameters: Readonly<Record<string, string>>): Promise<T> {
    const response = await fetch(`${this.#url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const body = (await response.json()) as { status: string; error?: string };
    if (body.status !== 'success') throw new Error(`${parameters['query'] ?? path}\n${body.error}`);
    return body as T;
  }
}
