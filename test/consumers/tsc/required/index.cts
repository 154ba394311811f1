import sdk = require('@opentelemetry/sdk-metrics');
import rebalance = require('opentelemetry-instrumentation-mesh-rebalance');
import prometheus = require('opentelemetry-instrumentation-mesh-rebalance/prometheus');
import semconv = require('opentelemetry-instrumentation-mesh-rebalance/semconv');
import events = require('node:events');

const exporter = prometheus.rebalancePrometheusExporter({ preventServerStart: true });
const controller = new events.EventEmitter();
const meterProvider = new sdk.MeterProvider({ readers: [exporter] });
const handle = rebalance.instrument(controller, { namespace: process.env['NAMESPACE'], meterProvider });
controller.emit('planCreated', { planId: 'p', namespace: 'payments', cluster: 'eu-1' });

void exporter.collect().then(({ resourceMetrics }) => {
  const names = resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics.map(({ descriptor }) => descriptor.name));
  console.log(names.includes(semconv.METRICS.planInfo.name), names.includes(semconv.METRICS.moves.name));
  handle.disable();
});
