import { expect } from 'chai';
import { createRebalanceMetricProducer, instrument, type RebalanceInstrumentationOptions } from '../../../lib/index.js';
import { MetricDataBuilder, type MetricPoint } from '../../../lib/metrics/metric-data.js';
import { ClusterMetricProducer } from '../../../lib/metrics/producer.js';
import { hrTime } from '../../../lib/otel/hr-time.js';
import { TestClock } from '../../support/clock.js';
import { TestController } from '../../support/controller.js';
import { type Sample, sampleValue, select } from '../../support/exposition.js';
import { beginPlan, completePlan } from '../../support/life.js';
import { TestSdk } from '../../support/sdk.js';

function setUp(options: RebalanceInstrumentationOptions = {}) {
  const sdk = new TestSdk();
  const clock = new TestClock();
  const controller = new TestController();
  const handle = instrument(controller, { ...sdk.options, clock: clock.read, ...options });
  return { sdk, clock, controller, handle };
}

const APPROVED = { plan_id: 'plan-1', decision: 'approved' };

describe('the metric producer', () => {
  it('shows a running plan: state, moves in flight, progress, and durations that grow between scrapes', async () => {
    const { sdk, clock, controller } = setUp();
    beginPlan(controller);
    clock.advance(40);
    controller.tell('drainProgressed', { planId: 'plan-1', node: 'node-a', shardsRemaining: 3 });
    const samples = await sdk.scrape();
    const plan = { plan_id: 'plan-1' };
    const value = (name: string, labels = {}) => sampleValue(samples, `mesh_rebalance_${name}`, { ...plan, ...labels });
    expect(value('state', { state: 'rebalancing' })).to.equal(1);
    expect(value('shards_moving')).to.equal(1);
    expect(value('plan_shards')).to.equal(4);
    expect(value('plan_shards_remaining')).to.equal(3);
    expect(value('drain_shards', { node: 'node-a' })).to.equal(4);
    expect(value('drain_shards_remaining', { node: 'node-a' })).to.equal(3);
    expect(value('plan_info', { trigger: 'node_added', approval_mode: 'manual' })).to.equal(1);
    expect(value('plan_created_timestamp_seconds')).to.equal(clock.now / 1000 - 40);
    expect(value('duration_seconds', { phase: 'total' })).to.equal(40);
    clock.advance(20);
    const later = await sdk.scrape();
    for (const phase of ['drain', 'move', 'total']) {
      expect(sampleValue(later, 'mesh_rebalance_duration_seconds', { ...plan, phase }), phase).to.equal(60);
    }
  });

  it('exports a counter at 0 first, whenever it is first collected', async () => {
    const { sdk, clock, controller } = setUp();
    controller.tell('planCreated', { planId: 'plan-1', time: clock.now - 3_600_000 });
    beginPlan(controller);
    controller.tell('moveFinished', { planId: 'plan-1', shard: 's-1', outcome: 'failed', errorType: 'timeout' });
    controller.tell('guardrailTripped', { guardrail: 'cooldown' });
    const counters = async () => {
      const samples = await sdk.scrape();
      return [
        sampleValue(samples, 'mesh_rebalance_plan_approvals_total', APPROVED),
        sampleValue(samples, 'mesh_rebalance_failures_total', { phase: 'move', error_type: 'timeout' }),
        sampleValue(samples, 'mesh_rebalance_guardrail_trips_total', { guardrail: 'cooldown' }),
      ];
    };
    clock.advance(59);
    expect(await counters()).to.deep.equal([0, 0, 0]);
    expect(await counters()).to.deep.equal([0, 0, 0]);
    clock.advance(1);
    expect(await counters()).to.deep.equal([1, 1, 1]);
  });

  it('shows each of two readers the same: a collection changes nothing for the other', async () => {
    const { sdk, clock, controller } = setUp();
    beginPlan(controller);
    controller.tell('guardrailTripped', { guardrail: 'cooldown' });
    const trips = async () =>
      sampleValue(await sdk.scrape(), 'mesh_rebalance_guardrail_trips_total', { guardrail: 'cooldown' });
    for (let i = 0; i < 10; i += 1) expect(await trips()).to.equal(0);
    clock.advance(59);
    for (let i = 0; i < 10; i += 1) expect(await trips()).to.equal(0);
    clock.advance(1);
    expect(await trips()).to.equal(1);
    controller.tell('heartbeat', undefined);
    clock.advance(-3_600);
    expect(await trips(), 'after the clock was set back').to.equal(1);
  });

  it('gives label values their places when they turn up, not when somebody reads', async () => {
    const { sdk, controller } = setUp({ maxLabelValues: 1 });
    controller.tell('planCreated', { planId: 'a', trigger: 'first' });
    controller.tell('planFinished', { planId: 'a', outcome: 'completed' });
    controller.tell('planCreated', { planId: 'a', trigger: 'second' });
    const info = select(await sdk.scrape(), 'mesh_rebalance_plan_info');
    expect(info.map(({ labels }) => labels['trigger'])).to.deep.equal(['_OTHER']);
  });

  it('gives no place to a trigger that is unknown, and one to a trigger that is told later', async () => {
    const { sdk, controller } = setUp({ maxLabelValues: 1 });
    const triggers = async () =>
      select(await sdk.scrape(), 'mesh_rebalance_plan_info').map(({ labels }) => labels['trigger']);
    for (const planId of ['late', 'p']) controller.tell('moveStarted', { planId, shard: 's' });
    expect(await triggers()).to.deep.equal(['unknown', 'unknown']);
    controller.tell('planCreated', { planId: 'p', trigger: 'imbalance' });
    expect(await triggers()).to.deep.equal(['unknown', 'imbalance']);
  });

  it('ends no span and makes no instrument by collecting', async () => {
    const { sdk, clock, controller } = setUp({ stepTimeoutMillis: 60_000 });
    beginPlan(controller);
    const spans = sdk.spans().length;
    clock.advance(3_600);
    await sdk.metricProducer.collect();
    await sdk.metricProducer.collect();
    expect(sdk.spans()).to.have.length(spans);
    controller.tell('heartbeat', undefined);
    expect(sdk.spans().length, 'at the next event').to.be.greaterThan(spans);
  });

  it('keeps the final values of an ended plan for its retention, then drops it in one collection', async () => {
    const { sdk, clock, controller } = setUp();
    beginPlan(controller);
    clock.advance(100);
    completePlan(controller);
    clock.advance(899);
    const kept = await sdk.scrape();
    expect(sampleValue(kept, 'mesh_rebalance_state', { plan_id: 'plan-1', state: 'completed' })).to.equal(1);
    expect(sampleValue(kept, 'mesh_rebalance_plan_shards_remaining', { plan_id: 'plan-1' })).to.equal(0);
    expect(sampleValue(kept, 'mesh_rebalance_duration_seconds', { plan_id: 'plan-1', phase: 'total' })).to.equal(100);
    clock.advance(1);
    const gone = await sdk.scrape();
    expect(gone.filter(({ labels }) => labels['plan_id'] === 'plan-1')).to.deep.equal([]);
    expect(sampleValue(gone, 'mesh_rebalance_plans_finished_total', { outcome: 'completed' })).to.equal(1);
  });

  it('gives each series the birth of its plan as its start', async () => {
    const { sdk, clock, controller } = setUp();
    clock.advance(3_600);
    controller.tell('planCreated', { planId: 'plan-1' });
    clock.advance(60);
    const { resourceMetrics } = await sdk.metricProducer.collect();
    const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    const points = metrics.flatMap(({ dataPoints }): readonly MetricPoint<unknown>[] => dataPoints);
    const ofPlan = points.filter(({ attributes }) => attributes['plan_id'] === 'plan-1');
    expect(ofPlan).to.have.length(22);
    const again = (await sdk.metricProducer.collect()).resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    const labels = again.flatMap(({ dataPoints }) => dataPoints.map(({ attributes }) => attributes));
    for (const { attributes } of ofPlan) expect(labels.includes(attributes), 'made once').to.equal(true);
    for (const point of ofPlan) {
      expect(point.startTime).to.deep.equal([clock.now / 1000 - 60, 0]);
      expect(point.endTime).to.deep.equal([clock.now / 1000, 0]);
    }
    controller.tell('planFinished', { planId: 'plan-1', outcome: 'failed' });
    clock.advance(-3_000);
    const { scopeMetrics } = (await sdk.metricProducer.collect()).resourceMetrics;
    const counted = (scopeMetrics[0]?.metrics ?? []).filter(({ dataPointType }) => dataPointType !== 2);
    expect(counted.map(({ dataPointType }) => dataPointType)).to.include.members([0, 3]);
    for (const { descriptor, dataPoints } of counted) {
      for (const { startTime, endTime } of dataPoints) expect(startTime, descriptor.name).to.deep.equal(endTime);
    }
  });

  it('brings no resource of its own', async () => {
    const { resource } = (await setUp().sdk.metricProducer.collect()).resourceMetrics;
    const other = {};
    expect([resource.merge(other), resource.merge(null), resource.getRawAttributes()]).to.deep.equal([
      other,
      resource,
      [],
    ]);
    expect(resource.merge(other)).to.equal(other);
  });

  it('tells once that it is active, and not where that was taken back', () => {
    const producer = new ClusterMetricProducer();
    const told: string[] = [];
    producer.onActivate(() => told.push('kept'));
    producer.onActivate(() => told.push('taken back'))();
    producer.activate().activate();
    expect(told).to.deep.equal(['kept']);
  });

  it('folds plans past maxPlans into _OTHER and counts them by state', async () => {
    const { sdk, clock, controller } = setUp({ maxPlans: 2, zeroForMillis: 0 });
    const start = clock.now / 1000;
    for (const planId of ['a', 'b', 'c']) {
      beginPlan(controller, planId);
      clock.advance(5);
    }
    controller.tell('planCreated', { planId: 'd', shards: 10 });
    controller.tell('approvalRequested', { planId: 'd' });
    await sdk.scrape();
    clock.advance(30);
    const samples = await sdk.scrape();
    const other = { plan_id: '_OTHER' };
    expect(sampleValue(samples, 'mesh_rebalance_state', { ...other, state: 'rebalancing' })).to.equal(1);
    expect(sampleValue(samples, 'mesh_rebalance_state', { ...other, state: 'rebalancePending' })).to.equal(1);
    expect(sampleValue(samples, 'mesh_rebalance_shards_moving', other)).to.equal(1);
    expect(sampleValue(samples, 'mesh_rebalance_plan_shards', other)).to.equal(14);
    expect(sampleValue(samples, 'mesh_rebalance_plan_shards_remaining', other)).to.equal(14);
    for (const oldest of ['plan_created', 'plan_state_since']) {
      const name = `mesh_rebalance_${oldest}_timestamp_seconds`;
      expect(sampleValue(samples, name, other), oldest).to.equal(start + 10);
    }
    expect(sampleValue(samples, 'mesh_rebalance_plan_approvals_total', { ...other, decision: 'approved' })).to.equal(1);
    expect(sampleValue(samples, 'mesh_rebalance_plans', { state: 'rebalancing' })).to.equal(3);
    expect(sampleValue(samples, 'mesh_rebalance_approvals_pending')).to.equal(1);
    controller.tell('planFinished', { planId: 'c', outcome: 'completed' });
    const without = await sdk.scrape();
    expect(sampleValue(without, 'mesh_rebalance_plan_shards', other), 'd has no place yet').to.equal(10);
    controller.tell('planFinished', { planId: 'd', outcome: 'cancelled' });
    expect(select(await sdk.scrape(), 'mesh_rebalance_state', other)).to.deep.equal([]);
    for (const planId of ['e', 'f', 'g']) controller.tell('planCreated', { planId });
    const again = await sdk.scrape();
    expect(sampleValue(again, 'mesh_rebalance_plan_approvals_total', { ...other, decision: 'approved' })).to.equal(0);
  });

  it('folds plans of a snapshot past maxPlans, and counts what is past another limit', async () => {
    const { sdk, clock } = setUp();
    const controller = new TestController('payments', 'restored');
    const plans = ['a', 'b', 'c'].map((planId) => ({ planId, shards: 2 }));
    controller.snapshot = () => ({ plans, nodes: { n1: 1, n2: 1, n3: 1 } });
    instrument(controller, { ...sdk.options, clock: clock.read, maxPlans: 1, maxNodes: 2 });
    const samples = await sdk.scrape();
    expect(sampleValue(samples, 'mesh_rebalance_plan_shards', { plan_id: '_OTHER' })).to.equal(4);
    for (const [reason, count] of [
      ['internal', 0],
      ['limit', 1],
    ] as const) {
      const labels = { cluster: 'restored', reason };
      expect(sampleValue(samples, 'mesh_rebalance_invalid_events_total', labels), reason).to.equal(count);
    }
  });

  it('tells who waits for approval and since when, and 0 when nobody does', async () => {
    const { sdk, clock, controller } = setUp();
    for (const planId of ['a', 'b']) {
      controller.tell('planCreated', { planId });
      controller.tell('approvalRequested', { planId });
      clock.advance(60);
    }
    const waiting = await sdk.scrape();
    expect(sampleValue(waiting, 'mesh_rebalance_approvals_pending')).to.equal(2);
    expect(sampleValue(waiting, 'mesh_rebalance_approval_oldest_pending_timestamp_seconds')).to.equal(
      clock.now / 1000 - 120,
    );
    controller.tell('approvalDecided', { planId: 'a', decision: 'rejected' });
    controller.tell('planFinished', { planId: 'b', outcome: 'cancelled' });
    controller.tell('approvalDecided', { planId: 'not asked for', decision: 'approved' });
    const decided = await sdk.scrape();
    expect(sampleValue(decided, 'mesh_rebalance_invalid_events_total', { reason: 'internal' })).to.equal(0);
    const timed = select(decided, 'mesh_rebalance_phase_duration_seconds_count', { phase: 'approval' });
    expect(timed.map(({ labels }) => labels['outcome'])).to.deep.equal(['rejected']);
    expect(sampleValue(decided, 'mesh_rebalance_approvals_pending')).to.equal(0);
    expect(sampleValue(decided, 'mesh_rebalance_approval_oldest_pending_timestamp_seconds')).to.equal(0);
  });

  it('shows nodes past maxNodes as one, and retires a node when a complete report leaves it out', async () => {
    const { sdk, controller } = setUp({ maxNodes: 2 });
    const nodes = async () =>
      select(await sdk.scrape(), 'mesh_rebalance_node_shards').map(({ labels, value }) => `${labels['node']} ${value}`);
    controller.tell('ownershipChanged', { nodes: { a: 1, b: 2, c: 3, d: 4 } });
    expect(await nodes()).to.deep.equal(['a 1', 'b 2', '_OTHER 7']);
    controller.tell('ownershipChanged', { nodes: { a: 3 } });
    expect(await nodes()).to.deep.equal(['a 3']);
  });

  it('shows only the newer of two controllers of one cluster, so that no series stands twice', async () => {
    const { sdk, clock, controller } = setUp();
    const restarted = new TestController();
    const second = instrument(restarted, { ...sdk.options, clock: clock.read });
    controller.tell('paused', undefined);
    expect(sampleValue(await sdk.scrape(), 'mesh_rebalance_paused')).to.equal(0);
    second.disable();
    expect(sampleValue(await sdk.scrape(), 'mesh_rebalance_paused')).to.equal(1);
  });

  describe('of a controller that is no longer instrumented', () => {
    it('stays as it was for zeroForMillis, for every reader, with counters at their true value, and then vanishes', async () => {
      const { sdk, clock, controller, handle } = setUp({ zeroForMillis: 60_000 });
      beginPlan(controller);
      controller.tell('moveFinished', { planId: 'plan-1', shard: 's-1', outcome: 'failed', errorType: 'timeout' });
      clock.advance(5);
      const failures = (samples: Sample[]) => sampleValue(samples, 'mesh_rebalance_failures_total', { phase: 'move' });
      const seconds = (samples: Sample[]) =>
        sampleValue(samples, 'mesh_rebalance_duration_seconds', { phase: 'total' });
      const before = await sdk.scrape();
      expect([failures(before), seconds(before)]).to.deep.equal([0, 5]);
      handle.disable();
      clock.advance(59.999);
      controller.tell('planFinished', { planId: 'plan-1', outcome: 'completed' });
      handle.disable();
      for (const samples of [await sdk.scrape(), await sdk.scrape()]) {
        expect([failures(samples), seconds(samples)]).to.deep.equal([1, 5]);
        const names = new Set(before.map(({ name }) => name));
        expect(new Set(samples.map(({ name }) => name))).to.deep.equal(names);
        expect(sampleValue(samples, 'mesh_rebalance_state', { plan_id: 'plan-1', state: 'rebalancing' })).to.equal(1);
      }
      const { resourceMetrics } = await sdk.metricProducer.collect();
      const [point] = resourceMetrics.scopeMetrics[0]?.metrics[0]?.dataPoints ?? [];
      expect(point?.endTime, 'each export has a time of its own').to.deep.equal(hrTime(clock.now));
      clock.advance(0.001);
      const { scopeMetrics } = (await sdk.metricProducer.collect()).resourceMetrics;
      expect(scopeMetrics).to.deep.equal([]);
    });

    it('gives way to whoever instruments the cluster after it, and never to one that has ended', async () => {
      const { sdk, clock, controller, handle } = setUp();
      const paused = async () => sampleValue(await sdk.scrape(), 'mesh_rebalance_paused');
      controller.tell('paused', undefined);
      handle.disable();
      expect(await paused()).to.equal(1);
      const restarted = new TestController();
      const first = instrument(restarted, { ...sdk.options, clock: clock.read });
      expect(await paused()).to.equal(0);
      const second = instrument(new TestController(), { ...sdk.options, clock: clock.read });
      restarted.tell('paused', undefined);
      first.disable();
      expect(await paused(), 'the one that goes on').to.equal(0);
      second.disable();
      expect(await paused(), 'the last of those that ended').to.equal(0);
      clock.advance(-3_600);
      expect(await paused(), 'no clock that was set back makes it last').to.equal(undefined);
    });

    it('does not come back after one that came later and ended sooner, and gives way to no other cluster', async () => {
      const { sdk, clock, handle } = setUp({ zeroForMillis: 3_600_000 });
      handle.disable();
      const paused = async () =>
        select(await sdk.scrape(), 'mesh_rebalance_paused').map(({ labels }) => labels['cluster']);
      for (const cluster of ['eu-2', 'eu-1']) {
        const controller = new TestController('payments', cluster);
        const later = instrument(controller, { ...sdk.options, clock: clock.read, zeroForMillis: 1_000 });
        expect(await paused()).to.include('eu-1');
        later.disable();
      }
      clock.advance(1);
      for (let reads = 0; reads < 2; reads += 1) expect(await paused()).to.deep.equal([]);
    });

    it('is let go of at the next end where nobody collects, and at once where nobody can', async () => {
      const producer = createRebalanceMetricProducer();
      const clock = new TestClock();
      let reads = 0;
      const counted = () => {
        reads += 1;
        return clock.now;
      };
      const end = (cluster: string, options: RebalanceInstrumentationOptions) =>
        instrument(new TestController('payments', cluster), { zeroForMillis: 1_000, ...options }).disable();
      end('first', { metricProducer: producer, clock: counted });
      clock.advance(1);
      end('second', { metricProducer: producer, clock: clock.read });
      const readsAtItsEnd = reads;
      end('third', { metricProducer: producer, clock: clock.read });
      await producer.collect();
      expect(reads).to.equal(readsAtItsEnd);

      const unread = new ClusterMetricProducer();
      end('unread', { metricProducer: unread });
      expect((await unread.activate().collect()).resourceMetrics.scopeMetrics).to.deep.equal([]);
    });
  });

  it('keeps clusters apart that one controller speaks of', async () => {
    const { sdk, controller } = setUp();
    for (const cluster of ['eu-1', 'us-1']) controller.tell('planCreated', { cluster, planId: 'plan-1', shards: 1 });
    controller.tell('moveStarted', { cluster: 'us-1', planId: 'plan-1', shard: 's' });
    const moving = select(await sdk.scrape(), 'mesh_rebalance_shards_moving');
    expect(moving.map(({ labels, value }) => [labels['cluster'], value])).to.deep.equal([
      ['eu-1', 0],
      ['us-1', 1],
    ]);
  });

  it('never rejects: a cluster that cannot be read costs only itself', async () => {
    const { sdk, controller } = setUp();
    const broken = new TestController('payments', 'broken');
    let time = () => 0;
    instrument(broken, { ...sdk.options, clock: () => time() });
    time = () => {
      throw new Error('no time');
    };
    controller.tell('heartbeat', undefined);
    const { resourceMetrics, errors } = await sdk.metricProducer.collect();
    expect(errors).to.have.length(1);
    const names = resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics.map((m) => m.descriptor.name));
    expect(names).to.include('mesh_rebalance_controller_heartbeat_timestamp_seconds');
    time = () => 0;
    expect(sampleValue(await sdk.scrape(), 'mesh_rebalance_paused', { cluster: 'broken' }), 'once it can be').to.equal(
      0,
    );
  });

  it('looks at every 16th plan of a cluster whether a rest is due', async () => {
    const producer = new ClusterMetricProducer().activate();
    const { controller } = setUp({ metricProducer: producer });
    for (let i = 0; i < 33; i += 1) controller.tell('planCreated', { planId: `plan-${i}` });
    let looks = 0;
    await producer.collectInto(new MetricDataBuilder(), () => {
      looks += 1;
      return undefined;
    });
    expect(looks).to.equal(3);
  });

  it('lets events and the event loop go on while it collects thousands of plans', async () => {
    const { sdk, controller } = setUp({ maxPlans: 5_000, zeroForMillis: 0 });
    for (let i = 0; i < 5_000; i += 1) controller.tell('planCreated', { planId: `plan-${i}` });
    let turns = 0;
    const turn = () => {
      turns += 1;
      // The id of a plan is used again between two slices of the collection.
      controller.tell('planFinished', { planId: `plan-${turns}`, outcome: 'completed' });
      controller.tell('planCreated', { planId: `plan-${turns}` });
      timer = setImmediate(turn);
    };
    let timer = setImmediate(turn);
    const { resourceMetrics } = await sdk.metricProducer.collect();
    clearImmediate(timer);
    expect(turns).to.be.greaterThan(0);
    for (const { descriptor, dataPoints } of resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics)) {
      const series = dataPoints.map(({ attributes }) => JSON.stringify(attributes));
      expect(new Set(series).size, descriptor.name).to.equal(series.length);
    }
  });
});
