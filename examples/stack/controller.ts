/*
 * The clusters of the demo, for a container: LISTEN is the address of metrics (9464) and control API (7070), OTLP where
 * traces and log events go, MESH_CONTROL_TOKEN what operators show, MESH_CONTROL_HOSTS a list, with commas, of the names
 * besides localhost by which they reach the control API.
 */
import { once } from 'node:events';
import { RealTimeline } from '../lab/real-timeline.js';
import { startControlApi } from '../operator/api/server.js';
import { requireSecret, UnusableSecret } from '../operator/secret.js';
import { startFleet } from './fleet.js';
import { Shutdown } from './shutdown.js';
import { startTelemetry } from './telemetry.js';

const { LISTEN: host = '127.0.0.1', OTLP: otlp, MESH_CONTROL_HOSTS: hosts = '' } = process.env;

const ended = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort());
const shutdown = new Shutdown();
try {
  const secret = requireSecret('MESH_CONTROL_TOKEN', process.env['MESH_CONTROL_TOKEN']);
  const telemetry = await startTelemetry({ host, metricsPort: 9464, otlp, service: 'mesh-controller' });
  shutdown.add(telemetry.close);
  const timeline = new RealTimeline({ speed: 1, clock: Date.now });
  shutdown.add(() => timeline.stop());
  const fleet = startFleet(timeline, telemetry.instrumented);
  shutdown.add(fleet.stop);
  const token = { name: 'operator', secret };
  const api = await startControlApi({
    controllers: fleet.controllers,
    token,
    host,
    hosts: hosts.split(','),
    port: 7070,
  });
  shutdown.add(api.close);
  console.log(`${telemetry.url} and ${api.url} are up`);
  if (!ended.signal.aborted) await once(ended.signal, 'abort');
} catch (error) {
  if (!(error instanceof UnusableSecret)) throw error;
  console.error(`error: ${error.message}`);
  process.exitCode = 1;
} finally {
  await shutdown.run();
}
