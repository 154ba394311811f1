import {
  context,
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  SpanStatusCode,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { expect } from 'chai';
import { instrument, type RebalanceInstrumentationOptions } from '../../../lib/index.js';
import { VERSION } from '../../../lib/otel/scope.js';
import { SCOPE_NAME, SPANS } from '../../../lib/semconv.js';
import { TestClock } from '../../support/clock.js';
import { TestController } from '../../support/controller.js';
import { diagMessages } from '../../support/diag.js';
import { sampleValue, select } from '../../support/exposition.js';
import { beginPlan, completePlan } from '../../support/life.js';
import { MemoryJournal } from '../../support/memory-journal.js';
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
    const drain = span('rebalance.drain');
    expect(drain.attributes['error.type']).to.equal('timeout');
    expect(drain.status).to.deep.equal({ code: SpanStatusCode.ERROR, message: 'timeout' });
    const [exception] = drain.events;
    expect(exception?.attributes).to.deep.equal({ 'exception.type': 'timeout', 'exception.message': 'timeout' });
    expect(exception?.time).to.deep.equal(drain.endTime);
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

  it('caps drain and move spans, and counts what has none', async () => {
    const { controller, spans, span } = setUp({ maxSpansPerPlan: 3, spanEvents: true });
    const messages = await diagMessages(() => {
      controller.tell('planCreated', { planId: 'p', shards: 5 });
      controller.tell('drainStarted', { planId: 'p', node: 'a', shards: 5 });
      for (const shard of ['1', '2', '3', '4', '5', 'of-nowhere']) {
        controller.tell('moveStarted', { planId: 'p', shard, source: shard === 'of-nowhere' ? undefined : 'a' });
        controller.tell('moveFinished', { planId: 'p', shard, outcome: 'completed' });
      }
      controller.tell('drainStarted', { planId: 'p', node: 'b', shards: 1 });
      controller.tell('drainProgressed', { planId: 'p', node: 'b', shardsRemaining: 0 });
      for (const node of ['a', 'b']) controller.tell('drainFinished', { planId: 'p', node, outcome: 'completed' });
      controller.tell('planFinished', { planId: 'p', outcome: 'completed' });
    });
    expect(messages).to.deep.equal([]);
    expect(spans('rebalance.move')).to.have.length(2);
    expect(spans('rebalance.move')[0]?.attributes).to.not.have.property('mesh.rebalance.bytes');
    expect(span('rebalance.drain').attributes).to.include({
      'mesh.rebalance.drain.moves': 5,
      'mesh.rebalance.spans_dropped': 3,
    });
    expect(span('rebalance.plan').attributes).to.include({ 'mesh.rebalance.spans_dropped': 5 });
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

  it('closes each overdue span at the first event after its time, whichever is the next', () => {
    const { clock, controller, sdk } = setUp({ stepTimeoutMillis: 60_000 });
    const beginAt = [0, 10, 20].map((second) => clock.now + second * 1_000);
    const seen = (millis: number) => {
      clock.now = millis;
      controller.tell('heartbeat', undefined);
      return sdk.spans().filter(({ attributes }) => attributes['error.type'] !== undefined).length;
    };
    for (const planId of ['p', 'q']) controller.tell('planCreated', { planId });
    for (const [index, at] of beginAt.entries()) {
      clock.now = at;
      controller.tell('moveStarted', { planId: index < 2 ? 'p' : 'q', shard: `s-${index}` });
    }
    expect(seen(clock.now + 25_000)).to.equal(0);
    for (const [index, at] of beginAt.entries()) {
      expect(seen(at + 59_999)).to.equal(index);
      expect(seen(at + 60_000)).to.equal(index + 1);
    }
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

  it('mirrors the last 128 events of a plan, each with its attributes and its time', () => {
    const { clock, controller, span } = setUp({ spanEvents: true });
    const start = clock.now / 1_000;
    controller.tell('planCreated', { planId: 'p' });
    controller.tell('approvalRequested', { planId: 'p' });
    for (let trip = 0; trip < 130; trip += 1) {
      controller.tell('guardrailTripped', { guardrail: 'cooldown', planId: 'p', reason: `trip ${trip}` });
      clock.advance(1);
    }
    controller.tell('planFinished', { planId: 'p', outcome: 'completed' });
    const { events, droppedEventsCount } = span('rebalance.plan');
    expect([events.length, droppedEventsCount]).to.deep.equal([128, 0]);
    expect(events[0]?.attributes).to.deep.equal({
      'mesh.rebalance.guardrail': 'cooldown',
      'mesh.rebalance.reason': 'trip 3',
    });
    expect(seconds(events[0]?.time ?? [0, 0])).to.equal(start + 3);
  });

  it('asks a provider once, by the name of the package, and one that gives no span for none after the first', () => {
    const asked: string[] = [];
    const sdk = new TestSdk();
    const asking =
      <T>(kind: string, get: (name: string, version?: string) => T) =>
      (name: string, version?: string) => {
        asked.push(`${kind} of ${name} ${version}`);
        return get(name, version);
      };
    const tracerProvider = { getTracer: asking('tracer', (name) => sdk.tracerProvider.getTracer(name)) };
    const loggerProvider = { getLogger: asking('logger', (name) => sdk.loggerProvider.getLogger(name)) };
    const { controller } = setUp({ tracerProvider, loggerProvider });
    for (const planId of ['p', 'q']) beginPlan(controller, planId);
    const scope = `of ${SCOPE_NAME} ${VERSION}`;
    expect(asked).to.deep.equal([`tracer ${scope}`, `logger ${scope}`]);

    const none = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
    const startSpan = asking('span', () => none);
    const { controller: untraced } = setUp({ tracerProvider: { getTracer: () => ({ startSpan }) as never } });
    for (const planId of ['p', 'q']) {
      beginPlan(untraced, planId);
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
      untraced.tell('approvalRequested', { planId });
      untraced.tell('approvalDecided', { planId, decision: 'rejected', traceparent });
    }
    expect(asked.filter((what) => what.startsWith('span'))).to.have.length(1);
  });

  it('is missed by nothing where there is no tracing, and begins where there is', async () => {
    const { clock, controller: _, sdk } = setUp();
    const journal = new MemoryJournal();
    const start = (tracerProvider?: TracerProvider) => {
      const controller = new TestController('untraced', 'untraced');
      controller.executeStep = (_step, work) => work();
      const { metricProducer } = sdk;
      const handle = instrument(controller, { metricProducer, clock: clock.read, journal, tracerProvider });
      return { controller, handle };
    };
    const messages = await diagMessages(async () => {
      const first = start();
      beginPlan(first.controller);
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
      first.controller.tell('planCreated', { planId: 'told', traceparent });
      expect(first.handle.traceparent('told')).to.equal(traceparent);
      beginPlan(first.controller, 'ends');
      completePlan(first.controller, 'ends');
      expect(first.controller.executeStep?.({ planId: 'plan-1', node: 'node-a' }, () => 7)).to.equal(7);
      expect(first.handle.traceparent('plan-1')).to.equal(undefined);
      const [info] = select(await sdk.scrape(), 'mesh_rebalance_plan_info', { plan_id: 'plan-1' });
      expect(info?.labels['trace_id']).to.equal('');
      await first.handle.forceFlush();
      const second = start();
      completePlan(second.controller);
      await second.handle.forceFlush();
      const third = start(sdk.tracerProvider);
      clock.advance(901);
      third.controller.tell('heartbeat', undefined);
      expect(sdk.spans()).to.deep.equal([]);
      for (const { handle } of [first, second, third]) handle.disable();
    });
    expect(messages.filter((message) => !/log events are off|no journal yet/.test(message))).to.deep.equal([]);
    expect(sampleValue(await sdk.scrape(), 'mesh_rebalance_invalid_events_total', { reason: 'unreadable' })).to.equal(
      0,
    );
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

  it('link the approval to nobody where nobody decided, or where its own trace did', () => {
    const { sdk, controller, handle, spans } = setUp({ spanEvents: true });
    for (const planId of ['p', 'q']) {
      controller.tell('planCreated', { planId });
      controller.tell('approvalRequested', { planId });
    }
    const request = sdk.tracerProvider.getTracer('control-api').startSpan('POST /cancel', {}, ROOT_CONTEXT);
    context.with(trace.setSpan(ROOT_CONTEXT, request), () => {
      controller.tell('planFinished', { planId: 'p', outcome: 'cancelled' });
    });
    controller.tell('approvalDecided', { planId: 'q', decision: 'approved', traceparent: handle.traceparent('q') });
    const approvals = spans('rebalance.approval');
    expect(approvals.map(({ links }) => links)).to.deep.equal([[], []]);
    expect(approvals[0]?.attributes).to.not.have.property('mesh.rebalance.approval.decision');
    expect(approvals[0]?.events).to.deep.equal([]);
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
    const run = (step: { planId?: string; node?: string; shard?: string }) =>
      controller.executeStep?.({ planId: 'plan-1', ...step }, () => 7);
    expect(await run({ node: 'node-a' })).to.equal(7);
    await run({ shard: 's-1' });
    await run({ shard: 'unknown' });
    const request = sdk.tracerProvider.getTracer('control-api').startSpan('GET /step', {}, ROOT_CONTEXT);
    await context.with(trace.setSpan(ROOT_CONTEXT, request), () => run({ planId: 'unknown', shard: 's' }));
    expect(active.splice(-2), 'of a plan that nobody knows').to.deep.equal(Array(2).fill(request.spanContext().spanId));
    const unreadable = { reason: 'unreadable' };
    expect(sampleValue(await sdk.scrape(), 'mesh_rebalance_invalid_events_total', unreadable)).to.equal(0);
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

  it('pass the errors, arguments and this of executeStep through, and are undone by disable()', async () => {
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
    const trap = () => {
      throw new Error('a trap');
    };
    const trapped = Object.defineProperty({}, 'cluster', { get: trap });
    for (const given of [step, undefined, { planId: 'unknown' }, trapped]) {
      try {
        controller.executeStep(given, 2);
        expect.fail('it should throw');
      } catch (error) {
        expect(error).to.include({ message: 'no', self: controller });
        expect((error as { args: unknown[] }).args).to.deep.equal([given, 2]);
      }
    }
    const unreadable = { reason: 'unreadable' };
    expect(sampleValue(await sdk.scrape(), 'mesh_rebalance_invalid_events_total', unreadable)).to.equal(2);
    handle.disable();
    expect(controller.executeStep).to.equal(original);
  });

  it('leave executeStep to be seen as before: of the object, of its class, or nowhere', () => {
    const value = () => 7;
    const inherits = new TestController();
    const ofClass = { executeStep: { value, writable: true, configurable: true } };
    Object.setPrototypeOf(inherits, Object.create(TestController.prototype, ofClass));
    const owns = Object.assign(new TestController(), { executeStep: value });
    for (const [controller, seen] of [
      [owns, true],
      [inherits, false],
      [new TestController(), undefined],
    ] as const) {
      const descriptor = () => Object.getOwnPropertyDescriptor(controller, 'executeStep');
      const before = descriptor();
      const handle = instrument(controller, new TestSdk().options);
      expect(descriptor()?.enumerable).to.equal(seen);
      handle.disable();
      expect(descriptor()).to.deep.equal(before);
    }
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
