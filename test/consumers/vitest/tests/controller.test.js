import { EventEmitter } from 'node:events';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { instrument, rebalanceMetricProducer } from 'opentelemetry-instrumentation-mesh-rebalance';
import { rebalancePrometheusExporter } from 'opentelemetry-instrumentation-mesh-rebalance/prometheus';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

const MINUTE = 60_000;

async function shownPlans() {
  const { resourceMetrics, errors } = await rebalanceMetricProducer().collect();
  expect(errors).toEqual([]);
  return resourceMetrics.scopeMetrics
    .flatMap(({ metrics }) => metrics)
    .filter(({ descriptor }) => descriptor.name === 'mesh_rebalance_plan_info')
    .flatMap(({ dataPoints }) => dataPoints.map(({ attributes }) => attributes.plan_id));
}

function listeners(controller) {
  return controller.eventNames().reduce((count, name) => count + controller.listenerCount(name), 0);
}

describe('with fake timers', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  test('a plan that has ended retires on the clock of the tests, and nothing is left behind', async () => {
    const controller = Object.assign(new EventEmitter(), { namespace: 'payments', cluster: 'eu-1' });
    const handle = instrument(controller);
    controller.emit('planCreated', { planId: 'p' });
    controller.emit('planFinished', { planId: 'p', outcome: 'completed' });
    expect(await shownPlans()).toEqual(['p']);
    vi.advanceTimersByTime(16 * MINUTE);
    expect(await shownPlans()).toEqual([]);
    handle.disable();
    expect(vi.getTimerCount()).toBe(0);
    expect(listeners(controller)).toBe(0);
  });

  test('a long collection ends although no timer runs', async () => {
    vi.useRealTimers();
    vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'setImmediate', 'Date'] });
    const controller = Object.assign(new EventEmitter(), { namespace: 'payments', cluster: 'eu-2' });
    const handle = instrument(controller, { maxPlans: 2_000 });
    for (let plan = 0; plan < 2_000; plan++) controller.emit('planCreated', { planId: `p-${plan}` });
    expect(await shownPlans()).toHaveLength(2_000);
    handle.disable();
  });
});

test('a copy that is loaded after a reset of the modules goes on where the first one was', async () => {
  const controller = Object.assign(new EventEmitter(), { namespace: 'payments', cluster: 'eu-1' });
  const handle = instrument(controller);
  const attached = listeners(controller);

  vi.resetModules();
  const after = await import('opentelemetry-instrumentation-mesh-rebalance');
  expect(after.instrument).not.toBe(instrument);
  expect(after.instrument(controller)).toBe(handle);
  expect(after.rebalanceMetricProducer()).toBe(rebalanceMetricProducer());
  expect(listeners(controller)).toBe(attached);

  handle.disable();
  expect(listeners(controller)).toBe(0);
  const again = after.instrument(controller);
  expect(again).not.toBe(handle);
  again.disable();
  expect(listeners(controller)).toBe(0);
});

test('the exporter collects', async () => {
  const exporter = rebalancePrometheusExporter({ preventServerStart: true });
  const meterProvider = new MeterProvider({ readers: [exporter] });
  const controller = Object.assign(new EventEmitter(), { namespace: 'payments', cluster: 'eu-3' });
  const handle = instrument(controller, { meterProvider });
  controller.emit('planCreated', { planId: 'p' });
  const { resourceMetrics } = await exporter.collect();
  const names = resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics.map(({ descriptor }) => descriptor.name));
  expect(names).toEqual(expect.arrayContaining(['mesh_rebalance_plan_info', 'mesh_rebalance_moves_total']));
  handle.disable();
  await meterProvider.shutdown();
});
