import { EventEmitter } from 'node:events';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { instrument } from 'opentelemetry-instrumentation-mesh-rebalance';
import { rebalancePrometheusExporter } from 'opentelemetry-instrumentation-mesh-rebalance/prometheus';
import { METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';

const exporter = rebalancePrometheusExporter({ host: process.env['METRICS_HOST'], preventServerStart: true });

// What an environment may leave out is passed on as it is.
const controller = new EventEmitter();
const handle = instrument(controller, {
  namespace: process.env['NAMESPACE'],
  cluster: process.env['CLUSTER'],
  meterProvider: new MeterProvider({ readers: [exporter] }),
});
controller.emit('planCreated', { planId: 'p', namespace: 'payments', cluster: 'eu-1' });

void exporter.collect().then(({ resourceMetrics }) => {
  const names = resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics.map(({ descriptor }) => descriptor.name));
  console.log(names.includes(METRICS.planInfo.name), names.includes(METRICS.moves.name));
  handle.disable();
});
