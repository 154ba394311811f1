import { expect } from 'chai';
import fc from 'fast-check';
import { instrument, REBALANCE_EVENT_NAMES } from 'opentelemetry-instrumentation-mesh-rebalance';
import { INVALID_REASONS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { BAD_EVENTS, describePayload, throwing } from '../support/bad-events.js';
import { TestController } from '../support/controller.js';
import { diagMessages } from '../support/diag.js';
import { type Sample, sampleValue, select } from '../support/exposition.js';
import { beginPlan, completePlan } from '../support/life.js';
import { TestSdk } from '../support/sdk.js';

function setUp() {
  const sdk = new TestSdk();
  const controller = new TestController();
  const handle = instrument(controller, { ...sdk.options, zeroForMillis: 0, maxClusters: 5 });
  return { sdk, controller, handle };
}

function invalid(samples: readonly Sample[]): Record<string, number> {
  const counted = select(samples, 'mesh_rebalance_invalid_events_total').filter(({ value }) => value > 0);
  const sums: Record<string, number> = {};
  for (const { labels, value } of counted)
    sums[labels['reason'] as string] = (sums[labels['reason'] as string] ?? 0) + value;
  return sums;
}

describe('bad input', () => {
  for (const [reason, event, payload] of BAD_EVENTS) {
    it(`of ${event} is counted as ${reason}: ${describePayload(payload)}`, async () => {
      const { sdk, controller } = setUp();
      controller.tellRaw(event, payload);
      expect(invalid(await sdk.scrape())).to.deep.equal({ [reason]: 1 });
      beginPlan(controller);
      completePlan(controller);
      const samples = await sdk.scrape();
      expect(
        sampleValue(samples, 'mesh_rebalance_plans_finished_total', { cluster: 'eu-1', outcome: 'completed' }),
      ).to.equal(1);
    });
  }

  it('is reported once a kind, and names the event, the field and what became of it', async () => {
    const { controller } = setUp();
    const messages = await diagMessages(() => {
      for (let i = 0; i < 3; i += 1) {
        controller.tellRaw('planCreated', { planId: Symbol('p') });
        controller.tellRaw('stateChanged', { to: 'resting' });
      }
    });
    expect(messages).to.have.length(2);
    expect(messages[0]).to.match(/planCreated: planId is a symbol, not text; the event was dropped \[wrong_type\]$/);
    expect(messages[1]).to.match(/stateChanged: to is "resting", not one of steady, .* dropped \[unknown_value\]$/);
  });

  it('never hides the clusters of a controller that names too many', async () => {
    const { sdk, controller } = setUp();
    for (let i = 0; i < 10; i += 1) controller.tell('heartbeat', { cluster: `cluster-${i}` });
    const samples = await sdk.scrape();
    expect(invalid(samples)).to.deep.equal({ limit: 6 });
    expect(select(samples, 'mesh_rebalance_controller_heartbeat_timestamp_seconds')).to.have.length(4);
  });

  it('keeps a cluster whose name was mended, also where there is room for no other', async () => {
    const { sdk, controller } = setUp();
    for (const cluster of [7, 'a', 'b', 'c', 'too many', 7]) controller.tellRaw('heartbeat', { cluster });
    expect(invalid(await sdk.scrape())).to.deep.equal({ limit: 1, wrong_type: 2 });
  });

  it('without any cluster is shown as unknown', async () => {
    const sdk = new TestSdk();
    const controller = new TestController(undefined, undefined);
    Object.assign(controller, { namespace: undefined, cluster: undefined });
    instrument(controller, sdk.options);
    controller.tell('heartbeat', undefined);
    const samples = await sdk.scrape();
    const unknown = { namespace: 'unknown', cluster: 'unknown' };
    expect(sampleValue(samples, 'mesh_rebalance_paused', unknown)).to.equal(0);
    expect(invalid(samples)).to.deep.equal({ missing_field: 1 });
  });

  it('keeps awkward but legal ids as they are, and the exposition whole', async () => {
    const { sdk, controller } = setUp();
    const ids = ['a"b', 'a\\b', 'a\\nb', '{}', 'a,b="c"', '__proto__', 'constructor', '日本', '😀', ' ', '#', 'NaN'];
    for (const planId of ids) beginPlan(controller, planId);
    const shown = select(await sdk.scrape(), 'mesh_rebalance_plan_info').map(({ labels }) => labels['plan_id']);
    expect(shown).to.deep.equal(ids);
    expect(invalid(await sdk.scrape())).to.deep.equal({});
  });

  it('of any shape cannot throw into the controller, hang a scrape or break the exposition', async () => {
    const id = fc.oneof(fc.constantFrom('p', 's', '__proto__'), fc.string({ unit: 'binary' }), fc.anything());
    const payload = fc.oneof(
      fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true, withSparseArray: true }),
      fc.record(
        {
          planId: id,
          node: id,
          shard: id,
          namespace: fc.option(id, { nil: undefined, freq: 9 }),
          cluster: fc.option(id, { nil: undefined, freq: 9 }),
          time: fc.option(fc.anything(), { nil: undefined, freq: 9 }),
          outcome: fc.oneof(fc.constantFrom('completed', 'failed'), fc.anything()),
          to: fc.oneof(fc.constantFrom('draining', 'failed'), fc.anything()),
          decision: fc.oneof(fc.constant('approved'), fc.anything()),
          error: fc.anything(),
          errorType: id,
          shards: fc.oneof(fc.integer(), fc.double(), fc.anything()),
          shardsRemaining: fc.oneof(fc.integer(), fc.double(), fc.anything()),
          maxConcurrentMoves: fc.anything(),
          guardrail: id,
          nodes: fc.oneof(fc.dictionary(fc.string({ unit: 'binary' }), fc.anything()), fc.anything()),
        },
        { requiredKeys: [] },
      ),
    );
    const told = fc.tuple(fc.constantFrom(...REBALANCE_EVENT_NAMES), payload);
    await fc.assert(
      fc.asyncProperty(fc.array(told, { minLength: 1, maxLength: 20 }), async (events) => {
        const { sdk, controller, handle } = setUp();
        for (const [event, value] of events) controller.tellRaw(event, value);
        const samples = await sdk.scrape();
        const series = samples.map(({ name, labels }) => JSON.stringify([name, labels]));
        expect(new Set(series).size).to.equal(series.length);
        for (const { value } of samples) expect(value).to.be.at.least(0);
        expect(INVALID_REASONS).to.include.members(Object.keys(invalid(samples)));
        expect(invalid(samples)['internal']).to.equal(undefined);
        handle.disable();
      }),
      { numRuns: 300 },
    );
  });
});

describe('a failing back end', () => {
  it('costs only what it should have told', async () => {
    const sdk = new TestSdk();
    const controller = new TestController();
    const messages = await diagMessages(() => {
      instrument(controller, {
        ...sdk.options,
        tracerProvider: { getTracer: throwing },
        loggerProvider: { getLogger: throwing },
      });
      beginPlan(controller);
      completePlan(controller);
    });
    const samples = await sdk.scrape();
    expect(sampleValue(samples, 'mesh_rebalance_plans_finished_total', { outcome: 'completed' })).to.equal(1);
    expect(invalid(samples)['internal']).to.be.greaterThan(0);
    const told = messages
      .filter((message) => message.includes('a trap'))
      .map((message) => message.replace(/^\S+ /, ''));
    expect(told).to.have.members(['spans failed: a trap', 'log events failed: a trap']);
  });

  it('of metrics leaves traces and logs alone', () => {
    const sdk = new TestSdk();
    const controller = new TestController();
    instrument(controller, { ...sdk.options, meterProvider: { getMeter: throwing } });
    beginPlan(controller);
    completePlan(controller);
    expect(sdk.spans()).to.have.length(5);
    expect(sdk.logs()).to.have.length(12);
  });
});
