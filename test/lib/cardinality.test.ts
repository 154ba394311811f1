import { expect } from 'chai';
import { instrument } from 'opentelemetry-instrumentation-mesh-rebalance';
import { METRICS, STATES } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { METER_SERIES_BOUND, producerSeriesBound } from '../support/bound.js';
import { TestClock } from '../support/clock.js';
import { TestController } from '../support/controller.js';
import { beginPlan, completePlan } from '../support/life.js';
import { TestSdk } from '../support/sdk.js';
import { expectContract } from '../support/series-contract.js';

/** A cluster in which everything has happened that makes a series. */
function busyCluster(sdk: TestSdk, clock: TestClock): TestController {
  const controller = new TestController();
  instrument(controller, { ...sdk.options, clock: clock.read, maxPlans: 4, zeroForMillis: 0 });
  controller.tell('heartbeat', undefined);
  controller.tell('leadershipChanged', { leading: true });
  controller.tell('decommissioned', { cluster: 'eu-0' });
  controller.tell('policyChanged', { maxConcurrentMoves: 8 });
  controller.tell('ownershipChanged', { nodes: { 'node-a': 4, 'node-b': 1 } });
  for (const planId of ['plan-1', 'plan-2', 'plan-3', 'plan-4', 'plan-5']) beginPlan(controller, planId);
  completePlan(controller, 'plan-1');
  controller.tell('approvalRequested', { planId: 'plan-2' });
  controller.tell('planFinished', { planId: 'plan-2', outcome: 'failed', errorType: 'node_unreachable' });
  controller.tellRaw('moveStarted', { planId: 'plan-3' });
  const failed = { outcome: 'failed', errorType: 'timeout', bytes: 7 } as const;
  controller.tell('moveFinished', { planId: 'plan-4', shard: 's-1', ...failed });
  controller.tell('moveStarted', { planId: 'plan-4', shard: 's-2' });
  controller.tell('ownershipChanged', { nodes: { 'node-a': 0, 'node-b': 5 } });
  controller.tell('guardrailTripped', { guardrail: 'cooldown' });
  controller.tell('moveFinished', { planId: 'plan-4', shard: 's-2', outcome: 'completed' });
  return controller;
}

describe('label cardinality', () => {
  it('has exactly the metrics, types, label keys and label values of the contract', async () => {
    const sdk = new TestSdk();
    busyCluster(sdk, new TestClock());
    const text = await sdk.scrapeText();
    expectContract(await sdk.scrape());
    for (const { name, kind, description } of Object.values(METRICS)) {
      expect(text.match(new RegExp(`^# TYPE ${name} (\\w+)$`, 'm'))?.[1], name).to.equal(kind);
      expect(text).to.include(`# HELP ${name} ${description}\n`);
    }
  });

  it('costs 22 series for a plan that waits, at most 35 for any, and four more for each drain', async () => {
    const sdk = new TestSdk();
    const controller = new TestController();
    instrument(controller, sdk.options);
    controller.tell('planCreated', { planId: 'plan-1' });
    const ofPlan = async () => (await sdk.scrape()).filter(({ labels }) => labels['plan_id'] === 'plan-1').length;
    expect(await ofPlan()).to.equal(22);
    controller.tell('drainStarted', { planId: 'plan-1', node: 'a', shards: 1 });
    const withOne = await ofPlan();
    controller.tell('drainStarted', { planId: 'plan-1', node: 'b', shards: 1 });
    expect(await ofPlan()).to.equal(withOne + 4);
    for (const [index, shard] of ['s1', 's2', 's3', 's4', 's5', 's6', 's7'].entries()) {
      controller.tell('moveStarted', { planId: 'plan-1', shard, source: 'a' });
      if (index === 0) continue;
      const errorType = `error-${index}`;
      controller.tell('moveFinished', { planId: 'plan-1', shard, outcome: 'failed', errorType, bytes: 1 });
    }
    controller.tell('paused', undefined);
    controller.tell('approvalRequested', { planId: 'plan-1' });
    for (const guardrail of ['a', 'b', 'c']) controller.tell('guardrailTripped', { guardrail });
    expect(await ofPlan()).to.be.within(26, 35 + 2 * 4);
    controller.tell('planFinished', { planId: 'plan-1', outcome: 'cancelled' });
    expect(await ofPlan()).to.be.at.most(35 + 2 * 4);
  });

  it('stays within the documented bound after 5,000 plans, and shows the newest by its own id', async () => {
    const sdk = new TestSdk();
    const clock = new TestClock();
    const controller = new TestController();
    instrument(controller, { ...sdk.options, clock: clock.read, maxPlans: 50, maxLabelValues: 5 });
    for (let i = 0; i < 5_000; i += 1) {
      const planId = `plan-${i}`;
      beginPlan(controller, planId);
      controller.tell('guardrailTripped', { guardrail: `guardrail-${i}` });
      const errorType = `error-${i}`;
      controller.tell('moveFinished', { planId, shard: 's-1', outcome: 'failed', errorType });
      controller.tell('drainFinished', { planId, node: 'node-a', outcome: 'failed', errorType });
      controller.tell('planFinished', { planId, outcome: 'failed', errorType });
      clock.advance(10);
      if (i % 100 === 0) await sdk.scrape();
    }
    controller.tell('planCreated', { planId: 'newest' });
    const samples = await sdk.scrape();
    const bound = producerSeriesBound({ plans: 50, drains: 50, nodes: 4, labelValues: 5 }) + METER_SERIES_BOUND;
    expect(samples.length).to.be.at.most(bound);
    const ids = new Set(samples.flatMap(({ labels }) => labels['plan_id'] ?? []));
    expect(ids).to.include('newest');
    expect(ids.size).to.equal(50);
    const errorTypes = samples.flatMap(({ labels }) => labels['error_type'] ?? []);
    expect(new Set(errorTypes)).to.deep.equal(
      new Set(['error-0', 'error-1', 'error-2', 'error-3', 'error-4', '_OTHER']),
    );
  });

  it('is exactly one state, of seven, for each plan and for the controller', async () => {
    const sdk = new TestSdk();
    busyCluster(sdk, new TestClock());
    const states = (await sdk.scrape()).filter(({ name }) => name === METRICS.state.name);
    for (const plan of [undefined, 'plan-2', 'plan-3', 'plan-4', 'plan-5']) {
      const series = states.filter(({ labels }) => labels['plan_id'] === plan);
      expect(series.map(({ labels }) => labels['state']).sort(), plan).to.deep.equal([...STATES].sort());
      expect(
        series.filter(({ value }) => value === 1),
        plan,
      ).to.have.length(1);
      expect(
        series.filter(({ value }) => value === 0),
        plan,
      ).to.have.length(6);
    }
    expect(states).to.have.length(35);
  });
});
