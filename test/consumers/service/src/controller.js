import { EventEmitter } from 'node:events';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { instrument } from 'opentelemetry-instrumentation-mesh-rebalance';
import { rebalancePrometheusExporter } from 'opentelemetry-instrumentation-mesh-rebalance/prometheus';

const controller = Object.assign(new EventEmitter(), { namespace: 'payments', cluster: 'eu-1' });
const exporter = rebalancePrometheusExporter({ port: Number(process.env.METRICS_PORT) });
instrument(controller, { meterProvider: new MeterProvider({ readers: [exporter] }) });

const planId = 'drain-node-a';
controller.emit('planCreated', { planId, trigger: 'node_removed', approvalMode: 'auto', shards: 2 });
controller.emit('drainStarted', { planId, node: 'node-a', shards: 2 });
controller.emit('moveStarted', { planId, shard: 'shard-1', source: 'node-a', target: 'node-b' });
controller.emit('moveFinished', { planId, shard: 'shard-1', outcome: 'completed' });

// The control loop, which keeps the process going.
setInterval(() => controller.emit('heartbeat'), 1_000);
