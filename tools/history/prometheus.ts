import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startProgram } from '../../examples/stack/program.js';
import type { Shutdown } from '../../examples/stack/shutdown.js';
import { runCommand } from '../command.js';
import { program } from '../program.js';
import { type AskRange, type RangeAnswer, writeAlerts, writeRecorded } from './derived-series.js';

/** What was scraped, and when. */
export interface Recording {
  /** A file of OpenMetrics text with times. */
  readonly metrics: string;
  /** Milliseconds since the Unix epoch. */
  readonly from: number;
  readonly to: number;
}

/**
 * Starts a Prometheus over a recording, with what its recording rules would have recorded, and the alerts that would
 * have fired.
 *
 * @returns its URL
 * @throws ProgramUnavailable when there is no Prometheus and none can be made
 */
export async function prometheusOver(recording: Recording, shutdown: Shutdown, signal: AbortSignal): Promise<string> {
  const [server, promtool] = [await program('prometheus-3'), await program('promtool-3')];
  const folder = await mkdtemp(join(tmpdir(), 'mesh-history-'));
  const data = join(folder, 'data');
  const config = join(folder, 'prometheus.yml');
  await writeFile(config, '{}');
  const load = (file: string) => runCommand(promtool, ['tsdb', 'create-blocks-from', 'openmetrics', file, data]);
  const port = await freePort(0);
  const url = `http://127.0.0.1:${port}`;
  const args = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${data}`,
    // The data may be from any time.
    '--storage.tsdb.retention.time=100y',
    `--web.listen-address=127.0.0.1:${port}`,
    '--log.level=error',
  ];
  /** The folder that goes with its end is one of its own, because it ends twice. */
  const start = async (ending: string) =>
    startProgram(server, { args, ready: () => fetch(`${url}/-/ready`), folder: ending, signal });

  await load(recording.metrics);
  const stop = await start(join(folder, 'nothing'));
  const derived = ['recorded.om', 'alerts.om'].map((name) => join(folder, name)) as [string, string];
  try {
    await writeRecorded(derived[0], askRange(url), recording);
    await writeAlerts(derived[1], askRange(url), recording);
  } finally {
    await stop();
  }
  for (const file of derived) await load(file);
  shutdown.add(await start(folder));
  return url;
}

function askRange(url: string): AskRange {
  return async (query, start, end, step) => {
    const parameters = { query, start: String(start / 1000), end: String(end / 1000), step: String(step / 1000) };
    const response = await fetch(`${url}/api/v1/query_range`, {
      method: 'POST',
      body: new URLSearchParams(parameters),
    });
    const body = (await response.json()) as { status: string; error?: string; data: { result: RangeAnswer } };
    if (body.status !== 'success') throw new Error(`${query}\n${body.error}`);
    return body.data.result;
  };
}
