import { EventEmitter } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { instrument } from 'opentelemetry-instrumentation-mesh-rebalance';
import { rebalancePrometheusExporter } from 'opentelemetry-instrumentation-mesh-rebalance/prometheus';

// Your rebalance controller: any emitter that tells what it does.
const controller = Object.assign(new EventEmitter(), { namespace: 'payments', cluster: 'eu-1' });

// Two lines make it observable on http://127.0.0.1:9464/metrics.
const meterProvider = new MeterProvider({ readers: [rebalancePrometheusExporter()] });
instrument(controller, { meterProvider });

// A plan runs: approved by a person, one node drained, its first shard moved, its second on the way.
const planId = 'drain-node-a';
controller.emit('heartbeat');
controller.emit('planCreated', { planId, trigger: 'node_removed', approvalMode: 'manual', shards: 2 });
controller.emit('approvalRequested', { planId });
await wait(1_000);
controller.emit('approvalDecided', { planId, decision: 'approved', actor: 'ada' });
controller.emit('drainStarted', { planId, node: 'node-a', shards: 2 });
controller.emit('moveStarted', { planId, shard: 'shard-1', source: 'node-a', target: 'node-b' });
await wait(1_000);
controller.emit('moveFinished', { planId, shard: 'shard-1', outcome: 'completed' });
controller.emit('drainProgressed', { planId, node: 'node-a', shardsRemaining: 1 });
controller.emit('moveStarted', { planId, shard: 'shard-2', source: 'node-a', target: 'node-b' });
