import { EventEmitter } from 'node:events';
import { instrument } from 'opentelemetry-instrumentation-mesh-rebalance';

export const dynamic = 'force-dynamic';

// Of this module alone, so that each reload makes another one for the same cluster.
const controller = Object.assign(new EventEmitter(), { namespace: 'payments', cluster: 'eu-2' });
instrument(controller);
controller.emit('planCreated', { planId: 'drain-node-b', shards: 2 });

export function GET() {
  return Response.json({ edition: 'first' });
}
