/*
 * Evens out a Redis Cluster while Prometheus can scrape the plan: `main.ts HOST:PORT…`, with some of its nodes.
 *
 * Environment: OTEL_EXPORTER_PROMETHEUS_PORT (9464).
 */
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { instrument } from 'opentelemetry-instrumentation-mesh-rebalance';
import { rebalancePrometheusExporter } from 'opentelemetry-instrumentation-mesh-rebalance/prometheus';
import { RedisClusterController } from './controller.js';
import { printProgress } from './progress.js';

const port = Number(process.env['OTEL_EXPORTER_PROMETHEUS_PORT'] ?? '9464');
const addresses = process.argv.slice(2).map((argument) => {
  const { hostname, port } = new URL(`redis://${argument}`);
  return { host: hostname, port: Number(port || 6379) };
});
if (addresses.length === 0) throw new Error('Name some nodes of the cluster: main.ts HOST:PORT…');

const meterProvider = new MeterProvider({ readers: [rebalancePrometheusExporter({ port })] });
const controller = await RedisClusterController.open({
  namespace: 'shop',
  cluster: 'orders',
  addresses,
  planFile: 'plan.json',
  approvalMode: 'auto',
  traceparentOf: (planId) => handle.traceparent(planId),
});
const handle = instrument(controller, { meterProvider });
printProgress(controller);

const finished = once(controller, 'planFinished');
const isResumed = controller.snapshot().plans?.length === 1;
await controller.start();
if (isResumed || (await propose()) !== undefined) {
  console.log(`http://127.0.0.1:${port}/metrics has the plan`);
  const [{ outcome }] = await finished;
  process.exitCode = outcome === 'completed' ? 0 : 1;
}
console.log(`slots by node: ${Object.values(controller.snapshot().nodes ?? {}).join(', ')}`);

await controller.stop();
handle.disable();
await meterProvider.shutdown();

/** Asks for a plan until the cluster can be worked on: a node may be out of reach for a moment. */
async function propose(): Promise<string | undefined> {
  for (;;) {
    try {
      return await controller.rebalance('example');
    } catch (error) {
      console.log(`not yet: ${(error as Error).message}`);
      await wait(1_000);
    }
  }
}
