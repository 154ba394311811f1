const { EventEmitter } = require('node:events');
const { MeterProvider } = require('@opentelemetry/sdk-metrics');
const { instrument } = require('opentelemetry-instrumentation-mesh-rebalance');
const { rebalancePrometheusExporter } = require('opentelemetry-instrumentation-mesh-rebalance/prometheus');
const { METRICS } = require('opentelemetry-instrumentation-mesh-rebalance/semconv');

const exporter = rebalancePrometheusExporter({ preventServerStart: true });
const controller = Object.assign(new EventEmitter(), { namespace: 'payments', cluster: 'eu-1' });
const handle = instrument(controller, { meterProvider: new MeterProvider({ readers: [exporter] }) });
controller.emit('planCreated', { planId: 'p' });

exporter.collect().then(({ resourceMetrics }) => {
  const names = resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics.map(({ descriptor }) => descriptor.name));
  console.log(names.includes(METRICS.planInfo.name), names.includes(METRICS.moves.name));
  handle.disable();
});
