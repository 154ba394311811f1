const { EventEmitter } = require('node:events');
const { instrument, rebalanceMetricProducer } = require('opentelemetry-instrumentation-mesh-rebalance');

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
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  test('a plan that has ended retires on the clock of the tests, and nothing is left behind', async () => {
    const controller = Object.assign(new EventEmitter(), { namespace: 'payments', cluster: 'eu-1' });
    const handle = instrument(controller);
    controller.emit('planCreated', { planId: 'p' });
    controller.emit('planFinished', { planId: 'p', outcome: 'completed' });
    expect(await shownPlans()).toEqual(['p']);
    jest.advanceTimersByTime(16 * MINUTE);
    expect(await shownPlans()).toEqual([]);
    handle.disable();
    expect(jest.getTimerCount()).toBe(0);
    expect(listeners(controller)).toBe(0);
  });

  test('a long collection ends although no timer runs', async () => {
    jest.useFakeTimers({ doNotFake: ['performance'] });
    const controller = Object.assign(new EventEmitter(), { namespace: 'payments', cluster: 'eu-2' });
    const handle = instrument(controller, { maxPlans: 2_000, zeroForMillis: 0 });
    for (let plan = 0; plan < 2_000; plan++) controller.emit('planCreated', { planId: `p-${plan}` });
    expect(await shownPlans()).toHaveLength(2_000);
    handle.disable();
  });
});

test('a long collection lets the event loop turn', async () => {
  const controller = Object.assign(new EventEmitter(), { namespace: 'payments', cluster: 'eu-3' });
  const handle = instrument(controller, { maxPlans: 2_000, zeroForMillis: 0 });
  for (let plan = 0; plan < 2_000; plan++) controller.emit('planCreated', { planId: `p-${plan}` });
  let turned = false;
  setTimeout(() => {
    turned = true;
  }, 0);
  expect(await shownPlans()).toHaveLength(2_000);
  expect(turned).toBe(true);
  handle.disable();
});
