import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { PlanExplanation, RebalanceHandle } from 'opentelemetry-instrumentation-mesh-rebalance';
import { RealTimeline } from '../lab/real-timeline.js';
import { startControlApi } from '../operator/api/server.js';
import { requireSecret, UnusableSecret } from '../operator/secret.js';
import { RUNBOOKS_PORT, startRunbooks } from '../runbooks/server.js';
import { startCompanions } from './companions.js';
import { type Fleet, startFleet } from './fleet.js';
import { guide } from './guide.js';
import { showPlans } from './live-view.js';
import { readOptions } from './options.js';
import { freePort, ProgramMissing } from './program.js';
import { Shutdown } from './shutdown.js';
import { type SignalProcessors, startTelemetry } from './telemetry.js';

const TOKEN = 'MESH_CONTROL_TOKEN';
/** Two scrapes of its Prometheus: a minute of a production is seconds here too. */
const ZERO_FOR_MS = 5_000;

/** The demo once it runs. */
export interface RunningDemo extends Pick<Fleet, 'clusters'> {
  /** The token only where it was made for this run; one of the reader's own is not shown. */
  readonly control: { readonly url: string; readonly token: string | undefined };
  /** Pages of the programs that were started with it. */
  readonly links: readonly { readonly name: string; readonly url: string }[];
  explain(planId: string, cluster: { namespace: string; cluster: string }): PlanExplanation | undefined;
}

/** A page that shows the demo. */
export interface DemoWindow {
  readonly runbooksUrl: string;
  /** Get all spans and log events. */
  readonly processors: SignalProcessors;
  /** @returns where its dashboards are, or how to have them */
  show(demo: RunningDemo): Promise<string>;
  close(): Promise<void>;
}

/**
 * Runs the demo until Ctrl-C, or for the time that it is given.
 *
 * @param openWindow opens a page before anything else begins; without one there are text and bars on the terminal
 */
export async function runDemo(
  args: readonly string[],
  openWindow?: (inBrowser: boolean) => Promise<DemoWindow>,
): Promise<void> {
  const { for: limit, metricsPort, controlPort, with: names, otlp, open } = readOptions(args, openWindow !== undefined);
  const shutdown = new Shutdown();
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);

  try {
    const own = process.env[TOKEN];
    const secret = requireSecret(TOKEN, own ?? randomBytes(12).toString('hex'));
    const window = await openWindow?.(open);
    if (window !== undefined) shutdown.add(window.close);
    const runbooksUrl = window?.runbooksUrl ?? (await runbooksAlone(shutdown));
    // Before the telemetry, so that the Collector is there for the first span and until the last.
    const wiring = { metricsPort, runbooksUrl, signal: interrupted.signal };
    const companions = await startCompanions(names, wiring, shutdown);
    const telemetry = await startTelemetry({
      metricsPort,
      otlp: companions.collector?.url ?? otlp,
      also: window?.processors,
      zeroForMillis: ZERO_FOR_MS,
    });
    shutdown.add(telemetry.close);
    const timeline = new RealTimeline({ speed: 1, clock: Date.now });
    shutdown.add(() => timeline.stop());
    const handles: RebalanceHandle[] = [];
    const fleet = startFleet(timeline, (controller) => {
      const handle = telemetry.instrumented(controller);
      handles.push(handle);
      return handle;
    });
    shutdown.add(fleet.stop);
    const token = { name: 'operator', secret };
    const api = await startControlApi({ controllers: fleet.controllers, token, port: controlPort });
    shutdown.add(api.close);
    const running = Object.values(companions);
    const dashboards = await window?.show({
      clusters: fleet.clusters,
      control: { url: api.url, token: own === undefined ? secret : undefined },
      links: running.filter(({ hasPage }) => hasPage).map(({ name, url }) => ({ name, url })),
      explain: (planId, cluster) => handles.map((handle) => handle.explain(planId, cluster)).find((found) => found),
    });
    const places = {
      metricsUrl: telemetry.url,
      controlUrl: api.url,
      runbooksUrl,
      dashboards,
      secret,
      companions: running,
    };
    shutdown.add(showPlans(guide(places), fleet.controllers, process.stdout));
    const timer = limit === undefined ? undefined : setTimeout(interrupt, limit);
    if (!interrupted.signal.aborted) await once(interrupted.signal, 'abort');
    clearTimeout(timer);
  } catch (error) {
    const { code, port } = error as { code?: string; port?: number };
    if (code === 'EADDRINUSE') {
      console.error(`error: port ${port} is taken. Choose others with --metrics-port and --control-port.`);
    } else if (error instanceof ProgramMissing || error instanceof UnusableSecret) {
      console.error(`error: ${error.message}`);
    } else {
      throw error;
    }
    process.exitCode = 1;
  } finally {
    await shutdown.run();
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

async function runbooksAlone(shutdown: Shutdown): Promise<string> {
  const { url, close } = await startRunbooks(await freePort(RUNBOOKS_PORT));
  shutdown.add(close);
  return url;
}
