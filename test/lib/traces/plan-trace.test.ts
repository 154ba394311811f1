import { context, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { expect } from 'chai';
import { instrument, type RebalanceInstrumentationOptions } from '../../../lib/index.js';
import { SPANS } from '../../../lib/semconv.js';
import { TestClock } from '../../support/clock.js';
import { TestController } from '../../support/controller.js';
import { sampleValue } from '../../support/exposition.js';
import { beginPlan, completePlan } from '../../support/life.js';
import { TestSdk } from '../../support/sdk.js';

const STEPS = ['rebalance.approval', 'rebalance.drain', 'rebalance.move', 'rebalance.plan'];

function setUp(options: RebalanceInstrumentationOptions = {}) {
  const sdk = new TestSdk();
  const clock = new TestClock();
  const controller = new TestController();
  const handle = instrument(controller, { ...sdk.options, clock: clock.read, ...options });
  const spans = (name: string) => sdk.spans().filter((span) => span.name === name);
  const span = (name: string) => {
    const [first, ...others] = spans(name);
    if (first === undefined || others.length > 0) throw new Error(`${spans(name).length} spans ${name}`);
    return first;
  };
  return { sdk, clock, controller, handle, spans, span };
}

const seconds = ([s, ns]: readonly [number, number]) => s + ns / 1e9;

describe('the trace of a plan', () => {
  it('is one trace: an instant anchor at once, and every other span its child', async () => {
    const { sdk, clock, controller, span } = setUp();
    controller.tell('planCreated', { planId: 'plan-1' });
    expect(sdk.spans().map(({ name }) => name)).to.deep.equal(['rebalance.plan.created']);
    sdk.spanExporter.reset();
    beginPlan(controller, 'plan-2');
    clock.advance(600);
    completePlan(controller, 'plan-2');
    const anchor = span('rebalance.plan.created');
    expect(anchor.parentSpanContext).to.equal(undefined);
    expect(anchor.duration, 'no time, and yet an end after its start').to.deep.equal([0, 1]);
    for (const name of STEPS) {
      expect(span(name).parentSpanContext?.spanId, name).to.equal(anchor.spanContext().spanId);
      expect(span(name).spanContext().traceId, name).to.equal(anchor.spanContext().traceId);
      expect(span(name).status.code, name).to.equal(SpanStatusCode.UNSET);
    }
    const info = sampleValue(await sdk.scrape(), 'mesh_rebalance_plan_info', {
      plan_id: 'plan-2',
      trace_id: anchor.spanContext().traceId,
    });
    expect(info).to.equal(1);
  });

  it('has names without ids, and ids and facts as the attributes of the contract', () => {
    const { clock, controller, span } = setUp();
    beginPlan(controller);
    clock.advance(600);
    completePlan(controller);
    const identity = { 'mesh.namespace': 'payments', 'mesh.cluster': 'eu-1', 'mesh.rebalance.plan.id': 'plan-1' };
    const plan = {
      'mesh.rebalance.plan.trigger': 'node_added',
      'mesh.rebalance.plan.approval_mode': 'manual',
      'mesh.rebalance.plan.shards': 4,
    };
    expect(span('rebalance.plan.created').attributes).to.deep.equal({
      ...identity,
      ...plan,
      'mesh.rebalance.plan.requested_by': 'ada',
      'mesh.rebalance.plan.change_ticket': 'CHG-7',
      'mesh.rebalance.plan.nodes': ['node-a'],
    });
    expect(span('rebalance.approval').attributes).to.deep.equal({
      ...identity,
      'mesh.rebalance.approval.decision': 'approved',
      'mesh.rebalance.approval.actor': 'grace',
    });
    expect(span('rebalance.drain').attributes).to.deep.equal({
      ...identity,
      'mesh.node.id': 'node-a',
      'mesh.rebalance.drain.shards': 4,
      'mesh.rebalance.drain.shards_remaining': 0,
      'mesh.rebalance.drain.moves': 1,
      'mesh.rebalance.bytes': 4_096,
      'mesh.rebalance.outcome': 'completed',
    });
    expect(span('rebalance.move').attributes).to.deep.equal({
      ...identity,
      'mesh.shard.id': 's-1',
      'mesh.rebalance.move.source': 'node-a',
      'mesh.rebalance.move.target': 'node-b',
      'mesh.rebalance.bytes': 1_024,
      'mesh.rebalance.outcome': 'completed',
    });
    expect(span('rebalance.plan').attributes).to.deep.equal({
      ...identity,
      ...plan,
      'mesh.rebalance.plan.shards_remaining': 0,
      'mesh.rebalance.outcome': 'completed',
    });
    for (const { name, attributes } of Object.values(SPANS)) {
      const allowed = [...Object.keys(identity), ...attributes];
      expect(allowed, name).to.include.members(Object.keys(span(name).attributes));
    }
  });

  it('times each span by the events, also by times from before this process', () => {
    const { clock, controller, span } = setUp();
    const createdAt = clock.now - 3 * 86_400_000;
    controller.tell('planCreated', { planId: 'p', time: createdAt });
    controller.tell('drainStarted', { planId: 'p', node: 'a', shards: 1, time: new Date(createdAt + 60_000) });
    clock.advance(60);
    controller.tell('drainFinished', { planId: 'p', node: 'a', outcome: 'completed' });
    controller.tell('planFinished', { planId: 'p', outcome: 'completed' });
    expect(seconds(span('rebalance.plan').startTime)).to.equal(createdAt / 1000);
    expect(seconds(span('rebalance.plan').endTime)).to.equal(clock.now / 1000);
    expect(seconds(span('rebalance.drain').startTime)).to.equal(createdAt / 1000 + 60);
    expect(seconds(span('rebalance.drain').endTime)).to.equal(clock.now / 1000);
  });

  it('ends a span after its start also when the clock is set back', () => {
    const { clock, controller, sdk } = setUp();
    beginPlan(controller);
    clock.advance(-600);
    completePlan(controller);
    expect(sdk.spans()).to.have.length(5);
    const [anchor, ...steps] = sdk.spans();
    expect(anchor?.duration).to.deep.equal([0, 1]);
    for (const { name, duration } of steps)
      expect(duration, `${name}, longer than its parent`).to.deep.equal([0, 1_000]);
  });

  it('marks failed steps and plans with status, error.type and an exception event', () => {
    const { controller, span } = setUp();
    beginPlan(controller);
    const error = new RangeError('slot 7 is gone');
    controller.tell('moveFinished', { planId: 'plan-1', shard: 's-1', outcome: 'failed', error });
    controller.tell('drainFinished', { planId: 'plan-1', node: 'node-a', outcome: 'failed', errorType: 'timeout' });
    controller.tell('planFinished', { planId: 'plan-1', outcome: 'failed' });
    const move = span('rebalance.move');
    expect(move.status).to.deep.equal({ code: SpanStatusCode.ERROR, message: 'slot 7 is gone' });
    expect(move.attributes['error.type']).to.equal('RangeError');
    expect(move.events[0]?.name).to.equal('exception');
    expect(move.events[0]?.attributes?.['exception.message']).to.equal('slot 7 is gone');
    expect(move.events[0]?.attributes?.['exception.stacktrace']).to.equal(error.stack);
    expect(span('rebalance.drain').attributes['error.type']).to.equal('timeout');
    expect(span('rebalance.plan').attributes['error.type']).to.equal('_OTHER');
  });

  it('goes on in the trace of a traceparent, without a second anchor', () => {
    const first = setUp();
    beginPlan(first.controller);
    const traceparent = first.handle.traceparent('plan-1');
    const second = setUp();
    second.controller.tell('planCreated', { planId: 'plan-1', traceparent });
    second.controller.tell('planFinished', { planId: 'plan-1', outcome: 'completed' });
    const anchor = first.span('rebalance.plan.created').spanContext();
    expect(traceparent).to.equal(`00-${anchor.traceId}-${anchor.spanId}-01`);
    expect(second.sdk.spans().map(({ name }) => name)).to.deep.equal(['rebalance.plan']);
    expect(second.span('rebalance.plan').spanContext().traceId).to.equal(anchor.traceId);
    expect(second.span('rebalance.plan').parentSpanContext?.spanId).to.equal(anchor.spanId);
    expect(second.handle.traceparent('plan-1')).to.equal(traceparent);
  });

  it('starts a new trace for a malformed traceparent and counts it', async () => {
    const { sdk, controller, span } = setUp();
    controller.tell('planCreated', { planId: 'p', traceparent: 'not a traceparent' });
    expect(span('rebalance.plan.created').parentSpanContext).to.equal(undefined);
    const invalid = sampleValue(await sdk.scrape(), 'mesh_rebalance_invalid_events_total', { reason: 'unknown_value' });
    expect(invalid).to.equal(1);
  });

  it('caps drain and move spans, and counts what has none', () => {
    const { controller, spans, span } = setUp({ maxSpansPerPlan: 3 });
    controller.tell('planCreated', { planId: 'p', shards: 5 });
    controller.tell('drainStarted', { planId: 'p', node: 'a', shards: 5 });
    for (const shard of ['1', '2', '3', '4', '5']) {
      controller.tell('moveStarted', { planId: 'p', shard, source: 'a' });
      controller.tell('moveFinished', { planId: 'p', shard, outcome: 'completed' });
    }
    controller.tell('drainFinished', { planId: 'p', node: 'a', outcome: 'completed' });
    controller.tell('planFinished', { planId: 'p', outcome: 'completed' });
    expect(spans('rebalance.move')).to.have.length(2);
    expect(span('rebalance.drain').attributes).to.include({
      'mesh.rebalance.drain.moves': 5,
      'mesh.rebalance.spans_dropped': 3,
    });
    expect(span('rebalance.plan').attributes).to.include({ 'mesh.rebalance.spans_dropped': 3 });
  });

  it('marks a plan that was seen late', () => {
    const { controller, span } = setUp();
    controller.tell('moveStarted', { planId: 'p', shard: 's' });
    controller.tell('planFinished', { planId: 'p', outcome: 'completed' });
    for (const name of ['rebalance.plan.created', 'rebalance.plan']) {
      expect(span(name).attributes).to.include({ 'mesh.rebalance.plan.seen_late': true });
    }
  });

  it('closes the span of a step that never ends, and keeps its series', async () => {
    const { sdk, clock, controller, span, spans } = setUp({ stepTimeoutMillis: 3_600_000 });
    beginPlan(controller);
    clock.advance(3_599);
    controller.tell('heartbeat', undefined);
    expect(spans('rebalance.drain')).to.have.length(0);
    clock.advance(1);
    const samples = await sdk.scrape();
    expect(spans('rebalance.drain'), 'a collection ends no span').to.have.length(0);
    // With a clock of the caller's own there is no timer: the next event keeps the time.
    controller.tell('heartbeat', undefined);
    for (const name of ['rebalance.drain', 'rebalance.move']) {
      expect(span(name).attributes).to.include({ 'error.type': 'mesh_rebalance.step_timeout' });
      expect(span(name).status.code).to.equal(SpanStatusCode.ERROR);
    }
    expect(sampleValue(samples, 'mesh_rebalance_shards_moving', { plan_id: 'plan-1' })).to.equal(1);
    completePlan(controller);
    expect(spans('rebalance.drain')).to.have.length(1);
  });

  it('ends open spans on disable()', () => {
    const { controller, handle, span } = setUp();
    beginPlan(controller);
    handle.disable();
    expect(span('rebalance.move').attributes).to.include({ 'error.type': 'mesh_rebalance.instrumentation_disabled' });
  });

  it('mirrors events on the spans when asked, and not otherwise', () => {
    for (const spanEvents of [true, false]) {
      const { controller, span } = setUp({ spanEvents });
      beginPlan(controller);
      controller.tell('guardrailTripped', { guardrail: 'cooldown', planId: 'plan-1' });
      completePlan(controller);
      const names = (name: string) => span(name).events.map((event) => event.name);
      expect(names('rebalance.drain')).to.deep.equal(spanEvents ? ['mesh.rebalance.drain_progressed'] : []);
      expect(names('rebalance.approval')).to.deep.equal(spanEvents ? ['mesh.rebalance.approval_decided'] : []);
      expect(names('rebalance.plan')).to.deep.equal(
        spanEvents
          ? [
              'mesh.rebalance.approval_requested',
              'mesh.rebalance.state_changed',
              'mesh.rebalance.state_changed',
              'mesh.rebalance.guardrail_tripped',
              'mesh.rebalance.state_changed',
            ]
          : [],
      );
    }
  });

  it('gives plans from before a late SDK their anchor with the next step', () => {
    const sdk = new TestSdk();
    const controller = new TestController('late', 'tracer');
    const { metricProducer } = sdk;
    const handle = instrument(controller, { metricProducer });
    beginPlan(controller);
    expect(handle.traceparent('plan-1')).to.equal(undefined);
    trace.setGlobalTracerProvider(sdk.tracerProvider);
    try {
      completePlan(controller);
    } finally {
      trace.disable();
      handle.disable();
    }
    expect(sdk.spans().map(({ name }) => name)).to.deep.equal(['rebalance.plan.created', 'rebalance.plan']);
    expect(new Set(sdk.spans().map((span) => span.spanContext().traceId)).size).to.equal(1);
  });
});

describe('contexts', () => {
  before(() => context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
  after(() => context.disable());

  it("link the approval to the approver's span instead of making it a child", () => {
    const { sdk, controller, span } = setUp();
    const tracer = sdk.tracerProvider.getTracer('control-api');
    controller.tell('planCreated', { planId: 'p' });
    controller.tell('approvalRequested', { planId: 'p' });
    const request = tracer.startSpan('POST /approve', {}, ROOT_CONTEXT);
    context.with(trace.setSpan(ROOT_CONTEXT, request), () => {
      controller.tell('approvalDecided', { planId: 'p', decision: 'approved' });
    });
    const approval = span('rebalance.approval');
    expect(approval.links.map((link) => link.context.spanId)).to.deep.equal([request.spanContext().spanId]);
    expect(approval.spanContext().traceId).to.equal(span('rebalance.plan.created').spanContext().traceId);
  });

  it('link the approval to a traceparent that the event carries', () => {
    const { controller, span } = setUp();
    controller.tell('planCreated', { planId: 'p' });
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    controller.tell('approvalDecided', { planId: 'p', decision: 'approved', traceparent });
    expect(span('rebalance.approval').links.map((link) => link.context.spanId)).to.deep.equal(['b7ad6b7169203331']);
  });

  it('let no span of the request that happens to be active become the parent', () => {
    const { sdk, controller } = setUp();
    const request = sdk.tracerProvider.getTracer('control-api').startSpan('POST /plans', {}, ROOT_CONTEXT);
    context.with(trace.setSpan(ROOT_CONTEXT, request), () => {
      beginPlan(controller);
      completePlan(controller);
    });
    const traces = new Set(sdk.spans().map((span) => span.spanContext().traceId));
    expect(traces.size).to.equal(1);
    expect(traces).to.not.include(request.spanContext().traceId);
  });

  it("are a step's own while it is executed, also across await", async () => {
    const sdk = new TestSdk();
    const controller = new TestController();
    const active: (string | undefined)[] = [];
    controller.executeStep = async (_step, work) => {
      active.push(trace.getSpanContext(context.active())?.spanId);
      await new Promise(setImmediate);
      active.push(trace.getSpanContext(context.active())?.spanId);
      return work();
    };
    instrument(controller, sdk.options);
    beginPlan(controller);
    const run = (step: { node?: string; shard?: string }) =>
      controller.executeStep?.({ planId: 'plan-1', ...step }, () => 7);
    expect(await run({ node: 'node-a' })).to.equal(7);
    await run({ shard: 's-1' });
    await run({ shard: 'unknown' });
    completePlan(controller);
    const id = (name: string) =>
      sdk
        .spans()
        .find((span) => span.name === name)
        ?.spanContext().spanId;
    const expected = ['rebalance.drain', 'rebalance.move', 'rebalance.plan.created'].flatMap((name) => [
      id(name),
      id(name),
    ]);
    expect(active).to.deep.equal(expected);
  });

  it('pass the errors, arguments and this of executeStep through, and are undone by disable()', () => {
    const sdk = new TestSdk();
    class Throwing extends TestController {
      override executeStep = function (this: Throwing, ...args: unknown[]) {
        throw Object.assign(new Error('no'), { args, self: this });
      };
    }
    const controller = new Throwing();
    const original = controller.executeStep;
    const handle = instrument(controller, sdk.options);
    expect(controller.executeStep).to.not.equal(original);
    beginPlan(controller);
    const step = { planId: 'plan-1', node: 'node-a' };
    for (const given of [step, undefined, { planId: 'unknown' }]) {
      try {
        controller.executeStep(given, 2);
        expect.fail('it should throw');
      } catch (error) {
        expect(error).to.include({ message: 'no', self: controller });
        expect((error as { args: unknown[] }).args).to.deep.equal([given, 2]);
      }
    }
    handle.disable();
    expect(controller.executeStep).to.equal(original);
  });

  it('leave a wrapper that came later in place on disable(), and pass through it', () => {
    const { sdk, controller, handle } = withStep(() => trace.getSpanContext(context.active()));
    const ours = controller.executeStep;
    controller.executeStep = (step, work) => [ours?.(step, work)];
    const run = () => controller.executeStep?.({ planId: 'plan-1', node: 'node-a' }, () => {});
    beginPlan(controller);
    expect(run()).to.not.deep.equal([undefined]);
    handle.disable();
    expect(run()).to.deep.equal([undefined]);
    expect(sdk.spans()).to.not.deep.equal([]);
  });
});

function withStep(executeStep: () => unknown) {
  const sdk = new TestSdk();
  const controller = new TestController();
  controller.executeStep = executeStep;
  return { sdk, controller, handle: instrument(controller, sdk.options) };
}
