import { SCENARIOS } from '../../examples/lab/scenarios.js';
import type { Shutdown } from '../../examples/stack/shutdown.js';
import { prometheusOver } from '../history/prometheus.js';
import { recordRun } from '../history/recorded-run.js';
import { bundledPage } from '../window/heavy/bundle.js';
import { EventFile, TraceFile } from '../window/heavy/otlp-files.js';
import { heavyRoutes } from '../window/heavy/routes.js';
import { startWindow } from '../window/server/server.js';
import type { HistoryOf } from './scenes.js';

/** A window on a history. */
export interface HistoryWindow {
  /** Ends in a slash. */
  readonly url: string;
  /** Ends of the history, in milliseconds since the Unix epoch. */
  readonly from: number;
  readonly to: number;
}

/** Plays a history, with one seed, and opens a window on it. */
export async function windowOn(history: HistoryOf, shutdown: Shutdown, signal: AbortSignal): Promise<HistoryWindow> {
  const scenario = SCENARIOS.find(({ name }) => name === history.scenario);
  if (scenario === undefined) throw new Error(`the lab has no scenario ${history.scenario}`);
  const { hours, clusters } = history;
  const bundle = await bundledPage();
  const run = await recordRun({ scenario, hours, clusters, seed: 1 }, shutdown);
  const prometheus = await prometheusOver(run, shutdown, signal);
  const nothing = async () => [];
  const window = await startWindow({
    port: 0,
    sources: { title: scenario.name, plans: nothing, clusters: nothing },
    routes: heavyRoutes({
      bundle,
      settings: {
        title: scenario.name,
        about: scenario.shows,
        now: run.to,
        from: String(run.from),
        to: 'now',
        pages: [{ title: 'Runbooks', url: '/runbooks/' }],
      },
      prometheus,
      traces: new TraceFile(run.traces),
      events: new EventFile(run.logs),
    }),
  });
  shutdown.add(() => window.close());
  return { url: window.url, from: run.from, to: run.to };
}
