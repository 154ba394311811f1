import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LineFile } from '../../examples/lab/line-file.js';
import { writeOpenMetrics } from '../../examples/lab/open-metrics.js';
import { type PlayOptions, playScenario } from '../../examples/lab/run.js';
import type { Shutdown } from '../../examples/stack/shutdown.js';
import type { Recording } from './prometheus.js';

const HOUR = 3_600_000;

/** A scenario of the lab that was played to its end. */
export interface RecordedRun extends Recording {
  /** Files of OTLP requests, one a line. */
  readonly traces: string;
  readonly logs: string;
}

/** Plays a scenario in virtual time and keeps what a Prometheus, a trace store and a log store would have kept. */
export async function recordRun(options: PlayOptions, shutdown: Shutdown): Promise<RecordedRun> {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-history-'));
  shutdown.add(() => rm(folder, { recursive: true, force: true }));
  const [metrics, traces, logs] = ['metrics.om', 'traces.json', 'logs.json'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const sinks = { traces: new LineFile(traces), logs: new LineFile(logs) };
  const { samples, times } = await playScenario(options, sinks);
  for (const sink of Object.values(sinks)) sink.close();
  writeOpenMetrics(metrics, samples, times);
  return { metrics, traces, logs, from: times.start, to: times.start + options.hours * HOUR };
}
