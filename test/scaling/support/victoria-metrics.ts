import { readFile } from 'node:fs/promises';
import { program } from '../../../tools/program.js';
import { freeUrl } from '../../support/process.js';
import type { Matrix, Point } from '../../support/prometheus.js';
import { type Launch, Server } from '../../support/server.js';
import { SECOND } from '../../support/time.js';

/** Bytes of one import request; the program refuses long lines, not long requests. */
const IMPORT_SIZE = 16 << 20;

/** A series as it is stored. */
export interface StoredSamples {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly number[];
  /** Milliseconds since the Unix epoch. */
  readonly timestamps: readonly number[];
}

/** A real VictoriaMetrics of one process. */
export class VictoriaMetrics extends Server {
  readonly url: string;

  private constructor(folder: string, launch: Launch, url: string) {
    super(folder, launch);
    this.url = url;
  }

  static start(flags: readonly string[] = []): Promise<VictoriaMetrics> {
    return VictoriaMetrics.launched('victoria-metrics', async (folder) => {
      const url = await freeUrl();
      const command = [
        await program('victoria-metrics'),
        `-storageDataPath=${folder}`,
        `-httpListenAddr=${new URL(url).host}`,
        // The data may be from any time.
        '-retentionPeriod=100y',
        ...flags,
      ] as const;
      return new VictoriaMetrics(folder, { command, ready: `${url}/health` }, url);
    });
  }

  get remoteWriteUrl(): string {
    return `${this.url}/api/v1/write`;
  }

  /** Takes in what `promtool tsdb create-blocks-from openmetrics` takes. */
  async load(openMetrics: string): Promise<void> {
    const lines = (await readFile(openMetrics, 'utf8')).split('\n');
    let batch: string[] = [];
    let size = 0;
    for (const line of lines) {
      if (line === '' || line.startsWith('#')) continue;
      const end = line.lastIndexOf(' ');
      // OpenMetrics counts seconds, the older format milliseconds.
      const text = `${line.slice(0, end)} ${Math.round(Number(line.slice(end + 1)) * SECOND)}`;
      batch.push(text);
      size += text.length + 1;
      if (size < IMPORT_SIZE) continue;
      await this.#import(batch);
      batch = [];
      size = 0;
    }
    await this.#import(batch);
    await this.flush();
  }

  /** Makes all that has arrived visible to queries. That a series is not there is remembered for a while otherwise. */
  async flush(): Promise<void> {
    await this.#text('/internal/force_flush');
  }

  /** @param time milliseconds since the Unix epoch; default: now */
  async instant(query: string, time = Date.now()): Promise<Point[]> {
    const result = await this.#ask<{ metric: Record<string, string>; value: [number, string] }>('query', {
      query,
      time: String(time / SECOND),
    });
    return result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
  }

  /** Times and step in milliseconds. */
  range(query: string, start: number, end: number, step: number): Promise<Matrix[]> {
    return this.#ask('query_range', {
      query,
      start: String(start / SECOND),
      end: String(end / SECOND),
      step: String(step / SECOND),
    });
  }

  /** All samples of the series that match, as they are stored. */
  async samples(selector: string): Promise<StoredSamples[]> {
    const text = await this.#text(`/api/v1/export?${new URLSearchParams({ 'match[]': selector })}`);
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as StoredSamples);
  }

  async #import(lines: readonly string[]): Promise<void> {
    const response = await fetch(`${this.url}/api/v1/import/prometheus`, {
      method: 'POST',
      body: `${lines.join('\n')}\n`,
    });
    if (!response.ok) throw new Error(await response.text());
  }

  async #ask<T>(path: string, parameters: Readonly<Record<string, string>>): Promise<T[]> {
    const text = await this.#text(`/api/v1/${path}?${new URLSearchParams({ ...parameters, nocache: '1' })}`);
    return (JSON.parse(text) as { data: { result: T[] } }).data.result;
  }

  async #text(path: string): Promise<string> {
    const response = await fetch(`${this.url}${path}`);
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}\n${text}`);
    return text;
  }
}
