const { EventEmitter } = require('node:events');

const NAME = 'opentelemetry-instrumentation-mesh-rebalance';

function listeners(controller) {
  return controller.eventNames().reduce((count, name) => count + controller.listenerCount(name), 0);
}

test('a copy that is loaded after a reset of the modules goes on where the first one was', () => {
  const controller = Object.assign(new EventEmitter(), { namespace: 'payments', cluster: 'eu-1' });
  const before = require(NAME);
  const producer = before.rebalanceMetricProducer();
  const handle = before.instrument(controller);
  const attached = listeners(controller);

  jest.resetModules();
  const after = require(NAME);
  expect(after.instrument).not.toBe(before.instrument);
  expect(after.instrument(controller)).toBe(handle);
  expect(after.rebalanceMetricProducer()).toBe(producer);
  expect(listeners(controller)).toBe(attached);

  handle.disable();
  expect(listeners(controller)).toBe(0);
  const again = after.instrument(controller);
  expect(again).not.toBe(handle);
  again.disable();
  expect(listeners(controller)).toBe(0);
});

test('the exporter is loaded and collects', async () => {
  const { MeterProvider } = require('@opentelemetry/sdk-metrics');
  const { instrument } = require(NAME);
  const { rebalancePrometheusExporter } = require(`${NAME}/prometheus`);
  const exporter = rebalancePrometheusExporter({ preventServerStart: true });
  const meterProvider = new MeterProvider({ readers: [exporter] });
  const controller = Object.assign(new EventEmitter(), { namespace: 'payments', cluster: 'eu-2' });
  const handle = instrument(controller, { meterProvider });
  controller.emit('planCreated', { planId: 'p' });
  const { resourceMetrics } = await exporter.collect();
  const names = resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics.map(({ descriptor }) => descriptor.name));
  expect(names).toEqual(expect.arrayContaining(['mesh_rebalance_plan_info', 'mesh_rebalance_moves_total']));
  handle.disable();
  await meterProvider.shutdown();
});
