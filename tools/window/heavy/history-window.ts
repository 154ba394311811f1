import { UIDS } from '../../../dashboards/links.js';
import type { PlayOptions } from '../../../examples/lab/run.js';
import { freePort } from '../../../examples/stack/program.js';
import type { Shutdown } from '../../../examples/stack/shutdown.js';
import { type Say, toStandardError } from '../../build-progress.js';
import { prometheusOver } from '../../history/prometheus.js';
import { type RecordedRun, recordRun } from '../../history/recorded-run.js';
import { startWindow, WINDOW_PORT } from '../server/server.js';
import { bundledPage } from './bundle.js';
import { EventFile, TraceFile } from './otlp-files.js';
import { heavyRoutes } from './routes.js';

const MINUTE = 60_000;

/** A history, and the moment of it that is looked at. */
export interface HistoryOptions extends PlayOptions {
  /** Minutes from the beginning at which the clock stands. Default: the end. */
  readonly minute?: number | undefined;
  /** Default: {@link WINDOW_PORT}, or another where that is taken. */
  readonly port?: number | undefined;
  readonly say?: Say;
}

/** A history with its page. */
export interface HistoryWindow {
  /** Ends in a slash. */
  readonly url: string;
  readonly run: RecordedRun;
  /** URL of its Prometheus. */
  readonly prometheus: string;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/**
 * Plays a scenario of the lab, loads it into a Prometheus, and serves the page that shows it.
 *
 * @param shutdown ends everything
 * @param signal ends the wait for it
 */
export async function openHistory(
  { minute, port, say = toStandardError, ...play }: HistoryOptions,
  shutdown: Shutdown,
  signal: AbortSignal,
): Promise<HistoryWindow> {
  const { scenario, hours, clusters } = play;
  const bundle = await bundledPage(say);
  say(`${scenario.name}: playing ${hours} h of ${clusters} clusters`);
  const run = await recordRun(play, shutdown);
  say(`${scenario.name}: loading it into Prometheus, with its rules`);
  const prometheus = await prometheusOver(run, shutdown, signal);
  const now = minute === undefined ? run.to : Math.min(run.from + minute * MINUTE, run.to);
  const settings = {
    title: scenario.name,
    about: scenario.shows,
    began: run.from,
    now,
    from: String(run.from),
    to: String(now),
    pages: [{ title: 'Runbooks', url: '/runbooks/' }],
  };
  const [traces, events] = [new TraceFile(run.traces), new EventFile(run.logs)];
  const nothing = async () => [];
  const window = await startWindow({
    port: port ?? (await freePort(WINDOW_PORT)),
    // What is shown of plans is in the dashboards: `/` leads there.
    sources: { title: settings.title, plans: nothing, clusters: nothing },
    routes: heavyRoutes({ bundle, settings, prometheus, traces, events, home: `/d/${UIDS.oncall}` }),
  });
  shutdown.add(() => window.close());
  return { url: window.url, run, prometheus, now };
}
