import { EventEmitter } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { instrument } from 'opentelemetry-instrumentation-mesh-rebalance';
import { rebalancePrometheusExporter } from 'opentelemetry-instrumentation-mesh-rebalance/prometheus';

// Your rebalance controller: any emitter that says what it does.
const controller = Object.assign(new EventEmitter(), { namespace: 'payments', cluster: 'eu-1' });

// These lines make it observable.
const port = Number(process.env.OTEL_EXPORTER_PROMETHEUS_PORT ?? 9464);
const exporter = rebalancePrometheusExporter({ port }, (error) => {
  if (error) throw error;
});
const meterProvider = new MeterProvider({ readers: [exporter] });
const handle = instrument(controller, { meterProvider });

// A plan runs: a person approves it, a node is drained, its first shard is on its way.
const planId = 'drain-node-a';
let remaining = 200;
const move = () => ({ planId, shard: `shard-${remaining}`, source: 'node-a', target: 'node-b' });
controller.emit('heartbeat');
controller.emit('planCreated', { planId, trigger: 'node_removed', approvalMode: 'manual', shards: remaining });
controller.emit('approvalRequested', { planId });
await wait(1_000);
controller.emit('approvalDecided', { planId, decision: 'approved', actor: 'ada' });
controller.emit('drainStarted', { planId, node: 'node-a', shards: remaining });
controller.emit('moveStarted', move());

// The control loop, every five seconds: the shard has arrived, the next one leaves, until the node is empty.
const loop = setInterval(() => {
  controller.emit('heartbeat');
  if (remaining === 0) return;
  controller.emit('moveFinished', { ...move(), outcome: 'completed' });
  remaining -= 1;
  controller.emit('drainProgressed', { planId, node: 'node-a', shardsRemaining: remaining });
  if (remaining > 0) return controller.emit('moveStarted', move());
  controller.emit('drainFinished', { planId, node: 'node-a', outcome: 'completed' });
  controller.emit('planFinished', { planId, outcome: 'completed' });
}, 5_000);

const stop = async () => {
  clearInterval(loop);
  handle.disable();
  await meterProvider.shutdown();
};
process.once('SIGINT', stop).once('SIGTERM', stop);

console.log(`Open http://127.0.0.1:${port}/metrics and look for plan_id="${planId}".
Every 5 s mesh_rebalance_plan_shards_remaining falls by one. Ctrl-C ends it.`);
