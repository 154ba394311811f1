import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import { instrument } from '../../../lib/index.js';
import { EVENTS } from '../../../lib/semconv.js';
import { TestClock } from '../../support/clock.js';
import { TestController } from '../../support/controller.js';
import { hasGlobalLoggerProvider, setGlobalLoggerProvider } from '../../support/global-logs.js';
import { beginPlan, completePlan } from '../../support/life.js';
import { TestSdk } from '../../support/sdk.js';

function setUp() {
  const sdk = new TestSdk();
  const clock = new TestClock();
  const controller = new TestController();
  const handle = instrument(controller, { ...sdk.options, clock: clock.read });
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
      ['mesh.rebalance.approval_requested', 'INFO'],
      ['mesh.rebalance.approval_decided', 'INFO'],
      ['mesh.rebalance.state_changed', 'INFO'],
      ['mesh.rebalance.state_changed', 'INFO'],
      ['mesh.rebalance.guardrail_tripped', 'WARN'],
      ['mesh.rebalance.drain_progressed', 'INFO'],
      ['mesh.rebalance.state_changed', 'INFO'],
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
    expect(records[1]?.attributes).to.deep.equal({
      'mesh.namespace': 'payments',
      'mesh.cluster': 'eu-1',
      'mesh.rebalance.plan.id': 'plan-1',
      'mesh.rebalance.approval.decision': 'approved',
      'mesh.rebalance.approval.actor': 'grace',
    });
  });

  it('have a body that a person can read in a log viewer, as the reference shows', async () => {
    const { sdk, controller } = setUp();
    const planId = 'drain-node-a';
    controller.tell('stateChanged', { to: 'investigating', reason: 'latency on node-a' });
    controller.tell('guardrailTripped', { guardrail: 'incident' });
    controller.tell('planCreated', { planId });
    controller.tell('approvalRequested', { planId });
    controller.tell('approvalDecided', { planId, decision: 'expired' });
    controller.tell('approvalRequested', { planId });
    controller.tell('approvalDecided', { planId, decision: 'approved', actor: 'ada', reason: 'quiet hour' });
    controller.tell('drainStarted', { planId, node: 'node-a', shards: 12 });
    controller.tell('drainProgressed', { planId, node: 'node-a', shardsRemaining: 9 });
    controller.tell('drainProgressed', { planId, node: 'node-b', shards: 1, shardsRemaining: 0 });
    controller.tell('guardrailTripped', { guardrail: 'maxConcurrentMoves', planId, reason: '8 of 8' });
    controller.tell('planFinished', { planId, outcome: 'failed', errorType: 'timeout', error: new Error('no answer') });
    controller.tell('planCreated', { planId: 'p' });
    controller.tell('approvalDecided', { planId: 'p', decision: 'rejected' });
    controller.tell('planFinished', { planId: 'p', outcome: 'cancelled', reason: 'change freeze' });
    expect(sdk.logs().map(({ body }) => body)).to.deep.equal([
      'Controller of payments/eu-1: went from steady to investigating (latency on node-a)',
      'Controller of payments/eu-1: held back by incident',
      'Plan drain-node-a of payments/eu-1: waits for approval',
      'Plan drain-node-a of payments/eu-1: the request for approval expired',
      'Plan drain-node-a of payments/eu-1: waits for approval',
      'Plan drain-node-a of payments/eu-1: approved by ada (quiet hour)',
      'Plan drain-node-a of payments/eu-1: went from rebalancePending to draining',
      'Plan drain-node-a of payments/eu-1: node-a gave up 3 of 12 shards',
      'Plan drain-node-a of payments/eu-1: node-b gave up 1 of 1 shard',
      'Plan drain-node-a of payments/eu-1: held back by maxConcurrentMoves (8 of 8)',
      'Plan drain-node-a of payments/eu-1: went from draining to failed (timeout: no answer)',
      'Plan p of payments/eu-1: rejected',
      'Plan p of payments/eu-1: went from rebalancePending to steady (change freeze)',
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
          controller.tell('guardrailTripped', { ...plan, guardrail: `g${node}`, reason });
          controller.tell('planFinished', { ...plan, outcome: 'failed', errorType: node, error: reason });
          const bodies = sdk.logs().map(({ body }) => String(body));
          expect(bodies).to.have.length(6);
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
    expect(sdk.logs().map(({ attributes }) => attributes['mesh.rebalance.reason'])).to.deep.equal([
      'freeze',
      'rejected',
    ]);
  });

  it('warn of a failure', () => {
    const { sdk, controller } = setUp();
    controller.tell('planCreated', { planId: 'p' });
    controller.tell('planFinished', { planId: 'p', outcome: 'failed', errorType: 'timeout' });
    expect(sdk.logs().map(({ severityText }) => severityText)).to.deep.equal(['WARN']);
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
