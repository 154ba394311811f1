/*
 * The clusters of the demo, for a container: LISTEN is the address of metrics (9464) and control API (7070), OTLP where
 * traces and log events go, MESH_CONTROL_TOKEN what operators show.
 */
import { once } from 'node:events';
import { RealTimeline } from '../lab/real-timeline.js';
import { startControlApi } from '../operator/api/server.js';
import { startFleet } from './fleet.js';
import { Shutdown } from './shutdown.js';
import { startTelemetry } from './telemetry.js';

const { LISTEN: host = '127.0.0.1', OTLP: otlp, MESH_CONTROL_TOKEN: secret } = process.env;
if (secret === undefined) throw new Error('MESH_CONTROL_TOKEN is not set: operators would have nothing to show.');

const ended = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort());
const shutdown = new Shutdown();
try {
  const telemetry = await startTelemetry({ host, metricsPort: 9464, otlp, service: 'mesh-controller' });
  shutdown.add(telemetry.close);
  const timeline = new RealTimeline({ speed: 1, clock: Date.now });
  shutdown.add(() => timeline.stop());
  const fleet = startFleet(timeline, telemetry.instrumented);
  shutdown.add(fleet.stop);
  const token = { name: 'operator', secret };
  const api = await startControlApi({ controllers: fleet.controllers, token, host, port: 7070 });
  shutdown.add(api.close);
  console.log(`${telemetry.url} and ${api.url} are up`);
  if (!ended.signal.aborted) await once(ended.signal, 'abort');
} finally {
  await shutdown.run();
}
