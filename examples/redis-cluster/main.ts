/*
 * Adds a fourth master to a Redis Cluster of three and evens it out, while Prometheus could scrape the plan. Starts the
 * servers itself and stops them at the end.
 *
 * Environment: OTEL_EXPORTER_PROMETHEUS_PORT (9464).
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { instrument } from 'opentelemetry-instrumentation-mesh-rebalance';
import { rebalancePrometheusExporter } from 'opentelemetry-instrumentation-mesh-rebalance/prometheus';
import { RedisClusterController } from './controller.js';
import { connectCluster, KeySet } from './key-set.js';
import { LocalCluster } from './local/local-cluster.js';
import { printProgress } from './progress.js';

const KEY_COUNT = 100_000;
const port = Number(process.env['OTEL_EXPORTER_PROMETHEUS_PORT'] ?? '9464');

const cluster = await LocalCluster.start({ masters: 3, replicas: true });
const folder = await mkdtemp(join(tmpdir(), 'redis-controller-'));
const cleanUp = () => Promise.all([cluster.stop(), rm(folder, { recursive: true })]);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => cleanUp().finally(() => process.exit(1)));
}

const client = await connectCluster(cluster.addresses);
const keys = new KeySet('order', KEY_COUNT);
await keys.write(client);
await cluster.addMaster({ replica: true });
console.log(`3 masters hold ${KEY_COUNT} keys, a fourth has joined`);

const meterProvider = new MeterProvider({ readers: [rebalancePrometheusExporter({ port })] });
const controller = await RedisClusterController.open({
  namespace: 'shop',
  cluster: 'orders',
  addresses: cluster.addresses,
  planFile: join(folder, 'plan.json'),
  approvalMode: 'auto',
  traceparentOf: (planId) => handle.traceparent(planId),
});
const handle = instrument(controller, { meterProvider });
printProgress(controller);

const finished = once(controller, 'planFinished');
await controller.start();
await controller.rebalance('example');
console.log(`http://127.0.0.1:${port}/metrics has the plan`);
await finished;

const damaged = await keys.damaged(client);
console.log(`slots by node: ${Object.values(controller.snapshot().nodes ?? {}).join(', ')}`);
console.log(`${KEY_COUNT - damaged.length} of ${KEY_COUNT} keys are there and unchanged`);
process.exitCode = damaged.length === 0 ? 0 : 1;

client.destroy();
await controller.stop();
handle.disable();
await meterProvider.shutdown();
await cleanUp();
