import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeOpenMetrics } from '../../../examples/lab/open-metrics.js';
import { playScenario } from '../../../examples/lab/run.js';
import { scenarioNamed } from '../../../examples/lab/scenario-named.js';
import { firingAlerts } from '../../dashboards/expectations.js';
import { record } from '../../dashboards/recorded.js';
import { Cleanup } from '../../support/cleanup.js';
import { Prometheus } from '../../support/prometheus.js';
import { HOUR } from '../../support/time.js';
import { VictoriaMetrics } from './victoria-metrics.js';

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
  readonly prometheus: Prometheus;
  readonly victoria: VictoriaMetrics;
  /** Milliseconds since the Unix epoch. */
  readonly start: number;
  readonly end: number;
  stop(): Promise<void>;
}

/** Plays a scenario and loads it into both. */
export function storeHistory(options: StoredHistoryOptions, flags: readonly string[]): Promise<StoredHistory> {
  const { scenario: name, hours, clusters, restartAt } = options;
  const scenario = scenarioNamed(name);
  return Cleanup.whole(async (cleanup) => {
    const folder = await cleanup.folder('stored-history');
    const nothing = { write: () => {} };
    const run = { scenario, hours, clusters, seed: 1, restartAt };
    const { samples, times } = await playScenario(run, { traces: nothing, logs: nothing });
    const { start } = times;
    const end = start + hours * HOUR;
    const file = (part: string) => join(folder, `${part}.om`);
    writeOpenMetrics(file('scraped'), samples, times);
    await writeFile(file('alerts'), `${firingAlerts(start, end)}\n# EOF\n`);
    const victoria = await cleanup.use(VictoriaMetrics.start(flags));
    const prometheus = await cleanup.use(Prometheus.over([file('scraped'), file('alerts')], { release: '3' }));
    await record(prometheus, file('recorded'), start, end);
    for (const part of ['scraped', 'alerts', 'recorded']) await victoria.load(file(part));
    return { prometheus, victoria, start, end, stop: () => cleanup.now() };
  });
}
