import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { RealTimeline } from '../lab/real-timeline.js';
import { startControlApi } from '../operator/api/server.js';
import { requireSecret, UnusableSecret } from '../operator/secret.js';
import { RUNBOOKS_PORT, startRunbooks } from '../runbooks/server.js';
import { startCompanions } from './companions.js';
import { startFleet } from './fleet.js';
import { guide } from './guide.js';
import { showPlans } from './live-view.js';
import { readOptions } from './options.js';
import { freePort, ProgramMissing } from './program.js';
import { Shutdown } from './shutdown.js';
import { startTelemetry } from './telemetry.js';

const TOKEN = 'MESH_CONTROL_TOKEN';
const { for: limit, metricsPort, controlPort, with: names, otlp } = readOptions(process.argv.slice(2));
const shutdown = new Shutdown();
const interrupted = new AbortController();
const interrupt = () => interrupted.abort();
process.on('SIGINT', interrupt).on('SIGTERM', interrupt);

try {
  const secret = requireSecret(TOKEN, process.env[TOKEN] ?? randomBytes(12).toString('hex'));
  const runbooks = await startRunbooks(await freePort(RUNBOOKS_PORT));
  shutdown.add(runbooks.close);
  // Before the telemetry, so that the Collector is there for the first span and until the last.
  const wiring = { metricsPort, runbooksUrl: runbooks.url, signal: interrupted.signal };
  const companions = await startCompanions(names, wiring, shutdown);
  const telemetry = await startTelemetry({ metricsPort, otlp: companions.collector?.url ?? otlp });
  shutdown.add(telemetry.close);
  const timeline = new RealTimeline({ speed: 1, clock: Date.now });
  shutdown.add(() => timeline.stop());
  const fleet = startFleet(timeline, telemetry.instrumented);
  shutdown.add(fleet.stop);
  const token = { name: 'operator', secret };
  const api = await startControlApi({ controllers: fleet.controllers, token, port: controlPort });
  shutdown.add(api.close);
  const places = {
    metricsUrl: telemetry.url,
    controlUrl: api.url,
    runbooksUrl: runbooks.url,
    secret,
    companions: Object.values(companions),
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
