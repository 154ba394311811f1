import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeOpenMetrics } from '../../../examples/lab/open-metrics.js';
import { playScenario } from '../../../examples/lab/run.js';
import { SCENARIOS } from '../../../examples/lab/scenarios.js';
import { firingAlerts } from '../../dashboards/expectations.js';
import { record } from '../../dashboards/recorded.js';
import { StoredPrometheus } from '../../dashboards/stored-prometheus.js';
import { VictoriaMetrics } from './victoria-metrics.js';

const HOUR = 3_600_000;

/** What is played. */
export interface StoredHistoryOptions {
  readonly scenario: string;
  readonly hours: number;
  readonly clusters: number;
  /** Virtual minute in which every controller is replaced by one of the next version. */
  readonly restartAt?: number | undefined;
}

/** The same samples in a Prometheus 3 and in a VictoriaMetrics: a scenario, what the rules record of it, and alerts. */
export interface StoredHistory {
  readonly prometheus: StoredPrometheus;
  readonly victoria: VictoriaMetrics;
  /** Milliseconds since the Unix epoch. */
  readonly start: number;
  readonly end: number;
  stop(): Promise<void>;
}

/** Plays a scenario and loads it into both. */
export async function storeHistory(options: StoredHistoryOptions, flags: readonly string[]): Promise<StoredHistory> {
  const { scenario: name, hours, clusters, restartAt } = options;
  const scenario = SCENARIOS.find((candidate) => candidate.name === name);
  if (scenario === undefined) throw new Error(`no scenario ${name}`);
  const folder = await mkdtemp(join(tmpdir(), 'stored-history-'));
  const prometheus = new StoredPrometheus(folder, '3');
  const victoria = await VictoriaMetrics.start(flags);
  const stop = async () => {
    await prometheus.stop();
    await victoria.stop();
    await rm(folder, { recursive: true });
  };
  try {
    const nothing = { write: () => {} };
    const run = { scenario, hours, clusters, seed: 1, restartAt };
    const { samples, times } = await playScenario(run, { traces: nothing, logs: nothing });
    const { start } = times;
    const end = start + hours * HOUR;
    const file = (part: string) => join(folder, `${part}.om`);
    writeOpenMetrics(file('scraped'), samples, times);
    await writeFile(file('alerts'), `${firingAlerts(start, end)}\n# EOF\n`);
    await prometheus.add(file('scraped'));
    await prometheus.add(file('alerts'));
    await prometheus.start();
    await record(prometheus, file('recorded'), start, end);
    for (const part of ['scraped', 'alerts', 'recorded']) await victoria.load(file(part));
    return { prometheus, victoria, start, end, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
