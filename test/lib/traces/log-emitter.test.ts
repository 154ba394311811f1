import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

import { trace } from '@opentelemetry/api';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { expect } from 'chai';
import fc from 'fast-check';
import { instrument, type RebalanceInstrumentationOptions } from '../../../lib/index.js';

import { EVENTS } from '../../../lib/semconv.js';
import { TestClock } from '../../support/clock.js';
import { TestController } from '../../support/controller.js';
import { diagMessages } from '../../support/diag.js';
import { hasGlobalLoggerProvider, setGlobalLoggerProvider } from '../../support/global-logs.js';
import { beginPlan, completePlan } from '../../support/life.js';
import { TestSdk } from '../../support/sdk.js';

function setUp(options: RebalanceInstrumentationOptions = {}) {
  const sdk = new TestSdk();
  const clock = new TestClock();
  const controller = new TestController();
  const handle = instrument(controller, { ...sdk.options, clock: clock.read, ...options });
  return { sdk, clock, controller, handle };
}

describe('log events', () => {
  it('tell the life of a plan in its trace context, with the attributes of the contract', () => {
    const { sdk, clock, controller } = setUp();
    beginPlan(controller);
    controller.tell('guardrailTripped', { guardrail: 'maxConcurrentMoves', planId: 'plan-1', reason: '8 of 8' });
    clock.advance(60);
    completePlan(controller);
    const records = sdk.logs();
    expect(records.map(({ eventName, severityText }) => [eventName, severityText])).to.deep.equal([
      ['mesh.rebalance.plan_created', 'INFO'],
      ['mesh.rebalance.approval_requested', 'INFO'],
      ['mesh.rebalance.approval_decided', 'INFO'],
      ['mesh.rebalance.drain_started', 'INFO'],
      ['mesh.rebalance.state_changed', 'INFO'],
      ['mesh.rebalance.move_started', 'INFO'],
      ['mesh.rebalance.state_changed', 'INFO'],
      ['mesh.rebalance.guardrail_tripped', 'WARN'],
      ['mesh.rebalance.move_finished', 'INFO'],
      ['mesh.rebalance.drain_progressed', 'INFO'],
      ['mesh.rebalance.drain_finished', 'INFO'],
      ['mesh.rebalance.state_changed', 'INFO'],
      ['mesh.rebalance.plan_finished', 'INFO'],
    ]);
    const [anchor] = sdk.spans();
    const definitions = new Map(Object.values(EVENTS).map((event) => [event.name as string, event]));
    const identity = ['mesh.namespace', 'mesh.cluster', 'mesh.rebalance.plan.id'];
    for (const { eventName = '', attributes, spanContext, hrTime, hrTimeObserved } of records) {
      expect(hrTimeObserved, eventName).to.deep.equal(hrTime);
      expect(spanContext?.traceId, eventName).to.equal(anchor?.spanContext().traceId);
      expect(Object.keys(attributes), eventName).to.include.members(identity);
      const allowed: readonly string[] = [...identity, ...(definitions.get(eventName)?.attributes ?? [])];
      expect(allowed, eventName).to.include.members(Object.keys(attributes));
      expect(hrTime[0], eventName).to.be.within(clock.now / 1000 - 60, clock.now / 1000);
    }
    const own = (name: string) => {
      const found = records.find(({ eventName }) => eventName === `mesh.rebalance.${name}`);
      return Object.fromEntries(Object.entries(found?.attributes ?? {}).filter(([key]) => !identity.includes(key)));
    };
    expect(own('plan_created')).to.deep.equal({
      'mesh.rebalance.plan.trigger': 'node_added',
      'mesh.rebalance.plan.approval_mode': 'manual',
      'mesh.rebalance.plan.requested_by': 'ada',
      'mesh.rebalance.plan.change_ticket': 'CHG-7',
      'mesh.rebalance.plan.nodes': ['node-a'],
      'mesh.rebalance.plan.shards': 4,
    });
    expect(own('approval_decided')).to.deep.equal({
      'mesh.rebalance.approval.decision': 'approved',
      'mesh.rebalance.approval.actor': 'grace',
    });
    expect(Object.keys(own('approval_requested'))).to.deep.equal(EVENTS.approvalRequested.attributes);
    expect(own('state_changed')).to.deep.equal({
      'mesh.rebalance.state': 'draining',
      'mesh.rebalance.state.previous': 'rebalancePending',
    });
    expect(own('guardrail_tripped')).to.deep.equal({
      'mesh.rebalance.guardrail': 'maxConcurrentMoves',
      'mesh.rebalance.reason': '8 of 8',
    });
    expect(own('drain_progressed')).to.deep.equal({
      'mesh.node.id': 'node-a',
      'mesh.rebalance.drain.shards': 4,
      'mesh.rebalance.drain.shards_remaining': 0,
      'mesh.rebalance.bytes': 4_096,
    });
    expect(own('drain_started')).to.deep.equal({ 'mesh.node.id': 'node-a', 'mesh.rebalance.drain.shards': 4 });
    expect(own('drain_finished')).to.deep.equal({
      'mesh.node.id': 'node-a',
      'mesh.rebalance.outcome': 'completed',
      'mesh.rebalance.drain.shards': 4,
      'mesh.rebalance.drain.shards_remaining': 0,
      'mesh.rebalance.bytes': 4_096,
    });
    const move = {
      'mesh.shard.id': 's-1',
      'mesh.rebalance.move.source': 'node-a',
      'mesh.rebalance.move.target': 'node-b',
    };
    expect(own('move_started')).to.deep.equal(move);
    expect(own('move_finished')).to.deep.equal({
      ...move,
      'mesh.rebalance.outcome': 'completed',
      'mesh.rebalance.bytes': 1_024,
    });
    expect(own('plan_finished')).to.deep.equal({
      'mesh.rebalance.outcome': 'completed',
      'mesh.rebalance.plan.shards': 4,
      'mesh.rebalance.plan.shards_remaining': 0,
    });
  });

  it('tell of a step with the ids of its span, which are known before the span is exported', () => {
    const { sdk, controller } = setUp();
    beginPlan(controller);
    expect(sdk.spans().map(({ name }) => name)).to.deep.equal(['rebalance.plan.created', 'rebalance.approval']);
    const begun = sdk.logs().length;
    completePlan(controller);
    const spanOf = new Map(sdk.spans().map((span) => [span.spanContext().spanId, span.name]));
    const pairs = sdk
      .logs()
      .map(({ eventName = '', spanContext }) => [eventName, spanOf.get(spanContext?.spanId ?? '')]);
    const anchored = ['mesh.rebalance.state_changed', 'rebalance.plan.created'];
    expect(pairs.slice(0, begun)).to.deep.equal([
      ['mesh.rebalance.plan_created', 'rebalance.plan.created'],
      ['mesh.rebalance.approval_requested', 'rebalance.approval'],
      ['mesh.rebalance.approval_decided', 'rebalance.approval'],
      ['mesh.rebalance.drain_started', 'rebalance.drain'],
      anchored,
      ['mesh.rebalance.move_started', 'rebalance.move'],
      anchored,
    ]);
    expect(pairs.slice(begun)).to.deep.equal([
      ['mesh.rebalance.move_finished', 'rebalance.move'],
      ['mesh.rebalance.drain_progressed', 'rebalance.drain'],
      ['mesh.rebalance.drain_finished', 'rebalance.drain'],
      anchored,
      ['mesh.rebalance.plan_finished', 'rebalance.plan'],
    ]);
  });

  it('tell of at most maxSpansPerPlan steps, with tracing and without', () => {
    for (const tracerProvider of [new TestSdk().tracerProvider, trace.getTracerProvider()]) {
      const { sdk, controller } = setUp({ maxSpansPerPlan: 3, tracerProvider });
      controller.tell('planCreated', { planId: 'p', shards: 4 });
      controller.tell('drainStarted', { planId: 'p', node: 'a', shards: 4 });
      for (const shard of ['1', '2', '3', '4']) controller.tell('moveStarted', { planId: 'p', shard, source: 'a' });
      for (const shard of ['4', '3', '2', '1']) {
        controller.tell('moveFinished', { planId: 'p', shard, outcome: 'completed' });
      }
      controller.tell('drainStarted', { planId: 'p', node: 'b', shards: 0 });
      const told = sdk
        .logs()
        .map(({ eventName, attributes }) => [eventName, attributes['mesh.shard.id'] ?? attributes['mesh.node.id']]);
      expect(told.filter(([, step]) => step !== undefined)).to.deep.equal([
        ['mesh.rebalance.drain_started', 'a'],
        ['mesh.rebalance.move_started', '1'],
        ['mesh.rebalance.move_started', '2'],
        ['mesh.rebalance.move_finished', '2'],
        ['mesh.rebalance.move_finished', '1'],
        ['mesh.rebalance.drain_started', 'b'],
      ]);
    }
  });

  it('have an error.type wherever they tell of a failure, and nowhere else', () => {
    const { sdk, controller } = setUp();
    const planId = 'plan-1';
    controller.tell('stateChanged', { to: 'failed' });
    beginPlan(controller);
    controller.tell('moveFinished', { planId, shard: 's-1', outcome: 'failed', errorType: 'timeout' });
    controller.tell('moveStarted', { planId, shard: 's-2' });
    controller.tell('drainFinished', { planId, node: 'node-a', outcome: 'failed', error: new RangeError('slot 7') });
    controller.tell('planFinished', { planId, outcome: 'failed' });
    const failures = sdk.logs().filter(({ severityText }) => severityText === 'WARN');
    expect(failures.map(({ eventName, attributes }) => [eventName, attributes['error.type']])).to.deep.equal([
      ['mesh.rebalance.state_changed', '_OTHER'],
      ['mesh.rebalance.move_finished', 'timeout'],
      ['mesh.rebalance.drain_finished', 'RangeError'],
      ['mesh.rebalance.state_changed', '_OTHER'],
      ['mesh.rebalance.plan_finished', '_OTHER'],
    ]);
    const others = sdk.logs().filter(({ severityText }) => severityText !== 'WARN');
    expect(others.filter(({ attributes }) => 'error.type' in attributes)).to.deep.equal([]);
    const cancelled = others.filter(({ attributes }) => attributes['mesh.rebalance.outcome'] === 'cancelled');
    expect(cancelled.map(({ eventName }) => eventName)).to.deep.equal(['mesh.rebalance.move_finished']);
  });

  it('stay in the trace of their plan when a span fails', () => {
    let started = 0;
    const onStart = () => {
      started += 1;
      if (started > 1) throw new Error('a trap');
    };
    const done = async () => {};
    const processor = { onStart, onEnd: () => {}, forceFlush: done, shutdown: done };
    const { sdk, controller, handle } = setUp({ tracerProvider: new TracerProvider({ spanProcessors: [processor] }) });
    controller.tell('planCreated', { planId: 'p' });
    controller.tell('drainStarted', { planId: 'p', node: 'a', shards: 1 });
    const drain = sdk.logs().find(({ eventName }) => eventName === 'mesh.rebalance.drain_started');
    expect(drain?.spanContext?.spanId).to.equal(handle.traceparent('p')?.split('-')[2]);
    controller.tell('planCreated', { planId: 'has no anchor' });
    const created = sdk.logs().filter(({ eventName }) => eventName === 'mesh.rebalance.plan_created');
    expect(created.map(({ spanContext }) => spanContext === undefined)).to.deep.equal([false, true]);
  });

  it('tell once of the creation of a plan that is resumed in its trace', () => {
    const first = setUp();
    beginPlan(first.controller);
    const traceparent = first.handle.traceparent('plan-1');
    const second = setUp();
    second.controller.tell('planCreated', { planId: 'plan-1', traceparent });
    second.controller.tell('guardrailTripped', { guardrail: 'cooldown', planId: 'plan-1' });
    const names = second.sdk.logs().map(({ eventName }) => eventName);
    expect(names).to.deep.equal(['mesh.rebalance.guardrail_tripped']);
    expect(second.sdk.logs()[0]?.spanContext?.spanId).to.equal(traceparent?.split('-')[2]);
  });

  it('of a step whose beginning was not seen say so, and no number that nobody knows', () => {
    const { sdk, controller } = setUp();
    controller.tell('drainProgressed', { planId: 'p', node: 'a', shardsRemaining: 3 });
    controller.tell('moveFinished', { planId: 'p', shard: 's', outcome: 'completed' });
    const bodies = sdk.logs().map(({ body }) => body);
    expect(bodies.slice(0, 2)).to.deep.equal([
      'Plan p of payments/eu-1: seen for the first time (the creation was not seen)',
      'Plan p of payments/eu-1: a gives up shards (the start was not seen)',
    ]);
    expect(bodies).to.include('Plan p of payments/eu-1: s moves (the start was not seen)');
    expect(sdk.logs()[0]?.attributes).to.include({ 'mesh.rebalance.plan.seen_late': true });
    expect(sdk.logs()[1]?.attributes).to.not.have.property('mesh.rebalance.drain.shards');
  });

  it('have a body that a person can read in a log viewer, as the reference shows', async () => {
    const { sdk, controller } = setUp();
    const planId = 'drain-node-a';
    controller.tell('stateChanged', { to: 'investigating', reason: 'latency on node-a' });
    controller.tell('guardrailTripped', { guardrail: 'incident' });
    controller.tell('planCreated', { planId, requestedBy: 'eve', trigger: 'node_added' });
    controller.tell('approvalRequested', { planId });
    controller.tell('approvalDecided', { planId, decision: 'expired' });
    controller.tell('approvalRequested', { planId });
    controller.tell('approvalDecided', { planId, decision: 'approved', actor: 'ada', reason: 'quiet hour' });
    controller.tell('drainStarted', { planId, node: 'node-a', shards: 12 });
    controller.tell('drainProgressed', { planId, node: 'node-a', shardsRemaining: 9 });
    controller.tell('drainStarted', { planId, node: 'node-b', shards: 1 });
    controller.tell('drainProgressed', { planId, node: 'node-b', shardsRemaining: 0 });
    controller.tell('drainFinished', { planId, node: 'node-b', outcome: 'completed' });
    controller.tell('moveStarted', { planId, shard: 's-1', source: 'node-a', target: 'node-c' });
    controller.tell('moveFinished', { planId, shard: 's-1', outcome: 'failed', errorType: 'refused' });
    controller.tell('guardrailTripped', { guardrail: 'maxConcurrentMoves', planId, reason: '8 of 8' });
    controller.tell('planFinished', { planId, outcome: 'failed', errorType: 'timeout', error: new Error('no answer') });
    controller.tell('planCreated', { planId: 'p' });
    controller.tell('approvalDecided', { planId: 'p', decision: 'rejected' });
    controller.tell('planFinished', { planId: 'p', outcome: 'cancelled', reason: 'change freeze' });
    expect(sdk.logs().map(({ body }) => body)).to.deep.equal([
      'Controller of payments/eu-1: went from steady to investigating (latency on node-a)',
      'Controller of payments/eu-1: held back by incident',
      'Plan drain-node-a of payments/eu-1: created by eve (node_added)',
      'Plan drain-node-a of payments/eu-1: waits for approval',
      'Plan drain-node-a of payments/eu-1: the request for approval expired',
      'Plan drain-node-a of payments/eu-1: waits for approval',
      'Plan drain-node-a of payments/eu-1: approved by ada (quiet hour)',
      'Plan drain-node-a of payments/eu-1: node-a begins to give up 12 shards',
      'Plan drain-node-a of payments/eu-1: went from rebalancePending to draining',
      'Plan drain-node-a of payments/eu-1: node-a gave up 3 of 12 shards',
      'Plan drain-node-a of payments/eu-1: node-b begins to give up 1 shard',
      'Plan drain-node-a of payments/eu-1: node-b gave up 1 of 1 shard',
      'Plan drain-node-a of payments/eu-1: the drain of node-b is completed',
      'Plan drain-node-a of payments/eu-1: s-1 moves from node-a to node-c',
      'Plan drain-node-a of payments/eu-1: went from draining to rebalancing',
      'Plan drain-node-a of payments/eu-1: the move of s-1 failed (refused)',
      'Plan drain-node-a of payments/eu-1: held back by maxConcurrentMoves (8 of 8)',
      'Plan drain-node-a of payments/eu-1: the drain of node-a is cancelled',
      'Plan drain-node-a of payments/eu-1: went from rebalancing to failed (timeout: no answer)',
      'Plan drain-node-a of payments/eu-1: failed (timeout: no answer)',
      'Plan p of payments/eu-1: created',
      'Plan p of payments/eu-1: rejected',
      'Plan p of payments/eu-1: went from rebalancePending to steady (change freeze)',
      'Plan p of payments/eu-1: is cancelled',
    ]);
    const reference = await readFile('docs/observability/metrics.md', 'utf8').catch(() => undefined);
    const shown = reference?.match(/^(Plan|Controller) .* of payments\/eu-1: .*$/gm) ?? [];
    expect(sdk.logs().map(({ body }) => body)).to.include.members(shown);
    if (reference !== undefined) expect(shown).to.have.length(3);
  });

  it('have a body of one bounded line without control characters, whatever the controller says', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary', maxLength: 3_000 }), { minLength: 5, maxLength: 5 }),
        (texts) => {
          const sdk = new TestSdk();
          const [name = '', planId = '', node = '', reason = '', actor = ''] = texts;
          const controller = new TestController(`n${name}`, `c\u202e\n${name}`);
          instrument(controller, sdk.options);
          const plan = { planId: `p${planId}` };
          controller.tell('stateChanged', { to: 'investigating', reason: `\u001b[2J${reason}` });
          controller.tell('planCreated', plan);
          controller.tell('approvalDecided', { ...plan, decision: 'approved', actor, reason });
          controller.tell('drainProgressed', { ...plan, node: `n${node}`, shardsRemaining: 0 });
          controller.tell('moveStarted', { ...plan, shard: `s${reason}`, source: `f${name}`, target: `t${name}` });
          controller.tell('guardrailTripped', { ...plan, guardrail: `g${node}`, reason });
          controller.tell('planFinished', { ...plan, outcome: 'failed', errorType: node, error: reason });
          const bodies = sdk.logs().map(({ body }) => String(body));
          expect(bodies).to.have.length(13);
          for (const body of bodies) {
            expect(body.length).to.be.within(10, 1_024);
            expect(body).to.not.match(/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('of the controller itself stand in no trace', () => {
    const { sdk, controller } = setUp();
    controller.tell('stateChanged', { to: 'investigating', reason: 'latency on node-a' });
    const [record] = sdk.logs();
    expect(record?.spanContext).to.equal(undefined);
    expect(record?.attributes).to.deep.equal({
      'mesh.namespace': 'payments',
      'mesh.cluster': 'eu-1',
      'mesh.rebalance.state': 'investigating',
      'mesh.rebalance.state.previous': 'steady',
      'mesh.rebalance.reason': 'latency on node-a',
    });
  });

  it('say why a plan was rejected and given up', () => {
    const { sdk, controller } = setUp();
    controller.tell('planCreated', { planId: 'p' });
    controller.tell('approvalDecided', { planId: 'p', decision: 'rejected', reason: 'freeze' });
    controller.tell('planFinished', { planId: 'p', outcome: 'cancelled', reason: 'rejected' });
    const reasons = sdk.logs().map(({ attributes }) => attributes['mesh.rebalance.reason']);
    expect(reasons.filter((reason) => reason !== undefined)).to.deep.equal(['freeze', 'rejected']);
  });

  it('are not made for a logger that is off', () => {
    let made = 0;
    for (const isOn of [false, true]) {
      const logger = { enabled: () => isOn, emit: () => (made += 1) };
      const { controller } = setUp({ loggerProvider: { getLogger: () => logger } });
      controller.tell('planCreated', { planId: 'p' });
      expect(made).to.equal(isOn ? 1 : 0);
    }
  });

  it('are not repeated for what a snapshot tells', () => {
    const sdk = new TestSdk();
    const controller = new TestController();
    controller.snapshot = () => ({ state: 'draining', plans: [{ planId: 'p', state: 'draining', stateSince: 1 }] });
    instrument(controller, { ...sdk.options, clock: () => 2 });
    expect(sdk.logs()).to.deep.equal([]);
  });

  // Only the other line of OpenTelemetry JS has one: there test/integration/package.integration.ts asks for this test by name.
  if (hasGlobalLoggerProvider) {
    it('use the global provider of an API that has one', () => {
      const sdk = new TestSdk();
      const takeBack = setGlobalLoggerProvider(sdk.loggerProvider);
      try {
        const controller = new TestController();
        instrument(controller, { metricProducer: sdk.metricProducer });
        controller.tell('stateChanged', { to: 'investigating' });
      } finally {
        takeBack();
      }
      expect(sdk.logs()).to.have.length(1);
    });
  }

  it('are missed by nothing where there are none', async () => {
    const messages = await diagMessages(() => {
      const controller = new TestController();
      instrument(controller, { metricProducer: new TestSdk().metricProducer });
      controller.tell('stateChanged', { to: 'investigating' });
    });
    expect(messages.filter((message) => message.includes('failed'))).to.deep.equal([]);
  });

  it('are off with an API that has none, which is said once for all controllers of the process', async () => {
    const program = `
      import { EventEmitter } from 'node:events';
      import { DiagConsoleLogger, DiagLogLevel, diag } from '@opentelemetry/api';
      import { instrument, rebalanceMetricProducer } from '${new URL('../../../lib/index.js', import.meta.url)}';
      diag.setLogger(new DiagConsoleLogger(), DiagLogLevel.INFO);
      rebalanceMetricProducer();
      for (const cluster of ['a', 'b']) {
        const controller = Object.assign(new EventEmitter(), { namespace: 'n', cluster });
        instrument(controller);
        controller.emit('stateChanged', { to: 'investigating' });
      }`;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
    expect((stdout + stderr).match(/log events are off/g) ?? []).to.have.length(hasGlobalLoggerProvider ? 0 : 1);
  });
});
