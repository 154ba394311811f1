import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { createRebalanceMetricProducer, instrument, type RebalanceInstrumentationOptions } from '../../../lib/index.js';
import { TestClock } from '../../support/clock.js';
import { TestController } from '../../support/controller.js';
import { diagMessages } from '../../support/diag.js';
import { type Sample, sampleValue } from '../../support/exposition.js';
import { beginPlan, completePlan } from '../../support/life.js';
import { MemoryJournal } from '../../support/memory-journal.js';
import { TestSdk } from '../../support/sdk.js';

const PLAN = { plan_id: 'plan-1' };

/** A controller, its journal and its clock, of which the first may die and the others may not. */
class World {
  readonly clock = new TestClock();
  readonly journal = new MemoryJournal();
  readonly sdk = new TestSdk();

  /** Starts a process; one before it is dead from then on. */
  start(options: RebalanceInstrumentationOptions = {}, snapshot?: TestController['snapshot']) {
    const controller = new TestController();
    if (snapshot !== undefined) controller.snapshot = snapshot;
    const handle = instrument(controller, {
      ...this.sdk.options,
      clock: this.clock.read,
      journal: this.journal,
      ...options,
    });
    return { controller, handle };
  }

  spans(name: string) {
    return this.sdk.spans().filter((span) => span.name === name);
  }
}

/** Lets the loop turn as often as a write may take on a busy machine. */
async function nextTurn(): Promise<void> {
  for (let turns = 0; turns < 10; turns += 1) await turn();
}

const seconds = ([s, ns]: readonly [number, number]) => s + ns / 1e9;

/** Everything that is not a counter of the process, as text. */
function lasting(samples: readonly Sample[]): string[] {
  return samples
    .filter(({ name, labels }) => 'plan_id' in labels || !/_total$|_(bucket|sum|count)$/.test(name))
    .map(({ name, labels, value }) => `${name} ${JSON.stringify(labels)} ${value}`)
    .sort();
}

describe('a controller that crashes and comes back with its journal', () => {
  it('shows what it showed before: every series of its plans, and every gauge', async () => {
    const world = new World();
    const { controller } = world.start();
    controller.tell('ownershipChanged', { nodes: { 'node-a': 4, 'node-b': 7 } });
    controller.tell('policyChanged', { maxConcurrentMoves: 3 });
    controller.tell('stateChanged', { to: 'rebalancing' });
    beginPlan(controller, 'ended');
    world.clock.advance(30);
    completePlan(controller, 'ended');
    beginPlan(controller);
    world.clock.advance(100);
    controller.tell('moveFinished', { planId: 'plan-1', shard: 's-1', outcome: 'completed' });
    controller.tell('moveStarted', { planId: 'plan-1', shard: 's-2', source: 'node-a', target: 'node-b' });
    controller.tell('moveStarted', { planId: 'plan-1', shard: 's-3', source: 'node-a', target: 'node-b' });
    controller.tell('moveFinished', { planId: 'plan-1', shard: 's-3', outcome: 'failed', errorType: 'timeout' });
    controller.tell('planCreated', { planId: 'waits', trigger: 'imbalance' });
    controller.tell('approvalRequested', { planId: 'waits' });
    controller.tell('approvalDecided', { planId: 'waits', decision: 'expired' });
    controller.tell('approvalRequested', { planId: 'waits' });
    controller.tell('planCreated', { planId: 'held', shards: 3 });
    controller.tell('drainStarted', { planId: 'held', node: 'node-b', shards: 3 });
    controller.tell('guardrailTripped', { planId: 'held', guardrail: 'cooldown' });
    controller.tell('guardrailTripped', { guardrail: 'incident' });
    world.clock.advance(50);
    controller.tell('drainProgressed', { planId: 'held', node: 'node-b', shardsRemaining: 2, bytes: 512 });
    controller.tell('moveStarted', { planId: 'held', shard: 's-7', source: 'node-b', target: 'node-a' });
    controller.tell('moveFinished', { planId: 'held', shard: 's-7', outcome: 'completed', bytes: 1_024 });
    controller.tell('moveStarted', { planId: 'held', shard: 's-7', source: 'node-a', target: 'node-b' });
    controller.tell('guardrailTripped', { planId: 'held', guardrail: 'minHealthyReplicas' });
    controller.tell('policyChanged', { maxConcurrentMoves: 2 });
    world.clock.advance(20);
    controller.tell('paused', undefined);
    controller.tell('heartbeat', undefined);
    world.clock.advance(100);
    await nextTurn();
    const before = await world.sdk.scrape();
    expect(sampleValue(before, 'mesh_rebalance_plan_approvals_total', { ...PLAN, decision: 'approved' })).to.equal(1);

    const held = { plan_id: 'held' };
    expect(sampleValue(before, 'mesh_rebalance_plan_held', { ...held, reason: 'minHealthyReplicas' })).to.equal(1);
    expect(sampleValue(before, 'mesh_rebalance_plan_bytes_moved_total', held)).to.equal(1_024);

    world.start();
    expect(lasting(await world.sdk.scrape())).to.deep.equal(lasting(before));
    const { controller: other } = world.start();
    world.clock.advance(30);
    for (const each of [controller, other]) each.tell('resumed', undefined);
    world.clock.advance(1_000);
    other.tell('moveFinished', { planId: 'held', shard: 's-7', outcome: 'completed', bytes: 1_024 });
    const samples = await world.sdk.scrape();
    expect(sampleValue(samples, 'mesh_rebalance_plan_bytes_moved_total', held)).to.equal(2_048);
    expect(sampleValue(samples, 'mesh_rebalance_node_emptied_timestamp_seconds', { node: 'node-a' })).to.equal(
      sampleValue(before, 'mesh_rebalance_node_emptied_timestamp_seconds', { node: 'node-a' }),
    );
  });

  it('counts the time for which it was down as time of the plan', async () => {
    const world = new World();
    beginPlan(world.start().controller);
    await nextTurn();
    world.clock.advance(3_600);
    const { controller } = world.start();
    completePlan(controller);
    const samples = await world.sdk.scrape();
    for (const phase of ['drain', 'move', 'total']) {
      expect(sampleValue(samples, 'mesh_rebalance_duration_seconds', { ...PLAN, phase }), phase).to.equal(3_600);
    }
    expect(sampleValue(samples, 'mesh_rebalance_plan_shards_remaining', PLAN)).to.equal(0);
    expect(sampleValue(samples, 'mesh_rebalance_invalid_events_total', { reason: 'out_of_order' })).to.equal(0);
  });

  it('keeps an ended plan for the rest of its retention', async () => {
    const world = new World();
    const { controller } = world.start({ retentionMillis: 600_000 });
    beginPlan(controller);
    controller.tell('planFinished', { planId: 'plan-1', outcome: 'failed', errorType: 'timeout' });
    await nextTurn();
    world.clock.advance(599);
    world.start({ retentionMillis: 600_000 });
    const failed = { ...PLAN, state: 'failed' };
    expect(sampleValue(await world.sdk.scrape(), 'mesh_rebalance_state', failed)).to.equal(1);
    world.clock.advance(2);
    expect(sampleValue(await world.sdk.scrape(), 'mesh_rebalance_state', failed)).to.equal(undefined);
    const messages = await diagMessages(() => world.start());
    expect(messages, 'of one that is over when it is read').to.deep.equal([]);
  });

  it('writes what is not urgent by the time of the machine, where the controller has no clock of its own', async () => {
    const world = new World();
    const { controller, handle } = world.start({ clock: undefined });
    await nextTurn();
    const before = world.journal.writes;
    const later = performance.now() + 2_000;
    performance.now = () => later;
    controller.tell('paused', undefined);
    await nextTurn();
    Reflect.deleteProperty(performance, 'now');
    expect(world.journal.writes - before).to.equal(1);
    handle.disable();
  });

  it('exports a counter that was young when it died at 0 until it is ripe, and an old one at once', async () => {
    const world = new World();
    beginPlan(world.start().controller);
    await nextTurn();
    const approved = async () =>
      sampleValue(await world.sdk.scrape(), 'mesh_rebalance_plan_approvals_total', { ...PLAN, decision: 'approved' });
    world.clock.advance(30);
    world.start({}, () => ({ plans: [{ planId: 'plan-1', decisions: { approved: 2 } }] }));
    expect(await approved()).to.equal(0);
    world.clock.advance(30);
    expect(await approved(), 'as many as the snapshot knows').to.equal(2);
    await nextTurn();
    world.start();
    expect(await approved()).to.equal(2);
  });

  it('exports at 0 what was first counted shortly before the crash, however old its plan is', async () => {
    const world = new World();
    const { controller, handle } = world.start();
    beginPlan(controller);
    const fail = (errorType: string) => {
      controller.tell('moveStarted', { planId: 'plan-1', shard: errorType });
      controller.tell('moveFinished', { planId: 'plan-1', shard: errorType, outcome: 'failed', errorType, bytes: 7 });
    };
    world.clock.advance(300);
    fail('disk');
    world.clock.advance(80);
    fail('timeout');
    await handle.forceFlush();
    world.clock.advance(5);
    world.start();
    const shown = async () => {
      const samples = await world.sdk.scrape();
      const failures = (error_type: string) =>
        sampleValue(samples, 'mesh_rebalance_plan_failures_total', { ...PLAN, error_type });
      return [
        failures('disk'),
        failures('timeout'),
        sampleValue(samples, 'mesh_rebalance_plan_bytes_moved_total', PLAN),
      ];
    };
    expect(await shown()).to.deep.equal([1, 0, 14]);
    world.clock.advance(55);
    expect(await shown()).to.deep.equal([1, 1, 14]);
  });

  it('writes created, decided and ended at the next turn of the loop, and steps a second later', async () => {
    const world = new World();
    const { controller } = world.start();
    await nextTurn();
    const written = async (expected: number, tell: () => void) => {
      const before = world.journal.writes;
      tell();
      await nextTurn();
      expect(world.journal.writes - before).to.equal(expected);
    };
    const { planId } = { planId: 'plan-1' };
    await written(1, () => controller.tell('planCreated', { planId }));
    await written(0, () => controller.tell('approvalRequested', { planId }));
    await written(1, () => controller.tell('approvalDecided', { planId, decision: 'approved' }));
    await written(0, () => controller.tell('drainStarted', { planId, node: 'node-a', shards: 4 }));
    world.clock.advance(1);
    await written(1, () => controller.tell('moveStarted', { planId, shard: 's-1' }));
    await written(1, () => controller.tell('planFinished', { planId, outcome: 'completed' }));
  });

  it('writes for heartbeats alone each ten seconds, whichever way the clock goes', async () => {
    const world = new World();
    const { controller } = world.start();
    await nextTurn();
    for (const [seconds, expected] of [
      [1, 1],
      [9.999, 0],
      [0.001, 1],
      [-10, 1],
    ] as const) {
      const before = world.journal.writes;
      world.clock.advance(seconds);
      controller.tell('heartbeat', undefined);
      await nextTurn();
      expect(world.journal.writes - before, `${seconds} s`).to.equal(expected);
    }
  });

  it('costs nothing else where the clock fails that says whether a write is due', async () => {
    const world = new World();
    let reads = Number.NEGATIVE_INFINITY;
    const clock = () => {
      reads += 1;
      if (reads === 2) throw new Error('a trap');
      return world.clock.now;
    };
    const { controller } = world.start({ clock });
    controller.tell('planCreated', { planId: 'p' });
    await nextTurn();
    const messages = await diagMessages(() => {
      reads = 0;
      controller.tell('approvalRequested', { planId: 'p' });
    });
    expect(messages.map((message) => message.replace(/^\S+ /, ''))).to.deep.equal([
      'keeping the journal failed: a trap',
    ]);
    expect(sampleValue(await world.sdk.scrape(), 'mesh_rebalance_approvals_pending')).to.equal(1);
  });

  it('takes over sums that have grown past what one event may tell', async () => {
    const most = Number.MAX_SAFE_INTEGER;
    const world = new World();
    const { controller } = world.start({ maxNodes: 2 });
    controller.tell('ownershipChanged', { nodes: { a: most, b: most, c: most, d: most } });
    controller.tell('planCreated', { planId: 'p', shards: most });
    for (const node of ['a', 'b']) controller.tell('drainStarted', { planId: 'p', node, shards: most });
    for (const shard of ['s', 't', 'u']) {
      controller.tell('moveStarted', { planId: 'p', shard, bytes: most });
      world.clock.advance(30);
      controller.tell('moveFinished', { planId: 'p', shard, outcome: 'completed', bytes: most });
    }
    controller.tell('planCreated', { planId: 'p', shards: 5 });
    await nextTurn();
    const messages = await diagMessages(() => world.start({ maxNodes: 2 }));
    expect(messages).to.deep.equal([]);
    const samples = await world.sdk.scrape();
    expect(sampleValue(samples, 'mesh_rebalance_plan_bytes_moved_total', { plan_id: 'p' })).to.equal(3 * most);
    expect(sampleValue(samples, 'mesh_rebalance_node_shards', { node: '_OTHER' })).to.equal(2 * most);
  });

  it('costs a few KB for a plan of 200 shards', async () => {
    const world = new World();
    const { controller } = world.start();
    await nextTurn();
    const before = world.journal.text?.length ?? 0;
    beginPlan(controller);
    for (let shard = 0; shard < 200; shard += 1) {
      controller.tell('moveStarted', { planId: 'plan-1', shard: `shard-${shard}`, source: 'node-a', target: 'node-b' });
      if (shard < 190)
        controller.tell('moveFinished', { planId: 'plan-1', shard: `shard-${shard}`, outcome: 'completed' });
    }
    world.clock.advance(1);
    controller.tell('heartbeat', undefined);
    await nextTurn();
    expect((world.journal.text?.length ?? 0) - before).to.be.lessThan(8 * 1024);
  });
});

describe('the trace of a plan whose process died', () => {
  async function crashed(downSeconds: number, snapshot?: TestController['snapshot']) {
    const world = new World();
    const first = world.start();
    beginPlan(first.controller);
    const traceparent = first.handle.traceparent('plan-1');
    await nextTurn();
    const startedAt = world.clock.now / 1000;
    world.clock.advance(60);
    first.controller.tell('heartbeat', undefined);
    await nextTurn();
    const lostAt = world.clock.now / 1000;
    world.sdk.spanExporter.reset();
    world.sdk.logExporter.reset();
    world.clock.advance(downSeconds);
    const { controller, handle } = world.start({}, snapshot);
    const giveUp = () => {
      world.clock.advance(600);
      controller.tell('heartbeat', undefined);
    };
    return { world, controller, handle, traceparent, startedAt, lostAt, giveUp };
  }

  it('goes on: one trace, and every step has one span, from its first start to its end', async () => {
    const { world, controller, handle, traceparent, startedAt } = await crashed(30);
    expect(handle.traceparent('plan-1')).to.equal(traceparent);
    completePlan(controller);
    const names = world.sdk.spans().map(({ name }) => name);
    expect(names).to.deep.equal(['rebalance.move', 'rebalance.drain', 'rebalance.plan']);
    for (const span of world.sdk.spans()) {
      expect(traceparent, span.name).to.include(span.spanContext().traceId);
      expect(seconds(span.startTime), span.name).to.equal(startedAt);
      expect(seconds(span.duration), span.name).to.equal(90);
      expect(span.attributes, span.name).not.to.have.property('error.type');
    }
  });

  it('links the span of a step to the one that was open before, which log events name', async () => {
    const { world } = await crashed(30);
    // Nobody has spoken of the step when the second process dies too.
    await nextTurn();
    completePlan(world.start().controller);
    const [move] = world.spans('rebalance.move');
    expect(move?.links).to.have.lengthOf(1);
    expect(move?.links[0]?.context.spanId).to.match(/^[\da-f]{16}$/);
    expect(move?.links[0]?.context.spanId).not.to.equal(move?.spanContext().spanId);
  });

  it('takes a start that is told again for the step that was open', async () => {
    const { world, controller, handle, startedAt } = await crashed(30);
    const spanIds = () => [...(world.journal.text as string).matchAll(/"spanId":"(\w+)"/g)].map(([, id]) => id);
    const before = spanIds();
    controller.tell('drainStarted', { planId: 'plan-1', node: 'node-a', shards: 4 });
    controller.tell('moveStarted', { planId: 'plan-1', shard: 's-1', source: 'node-a', target: 'node-b' });
    await handle.forceFlush();
    expect([...before, ...spanIds()], 'each has a span in this process, too').to.have.length(4);
    expect(spanIds()).to.not.include.oneOf(before);
    completePlan(controller);
    for (const name of ['rebalance.drain', 'rebalance.move']) {
      expect(world.spans(name), name).to.have.lengthOf(1);
      expect(seconds(world.spans(name)[0]?.startTime ?? [0, 0]), name).to.equal(startedAt);
    }
    const refused = sampleValue(await world.sdk.scrape(), 'mesh_rebalance_invalid_events_total', {
      reason: 'out_of_order',
    });
    expect(refused).to.equal(0);
  });

  it('has a span that ends with the process for a step that nobody goes on with, and nothing moves any more', async () => {
    const { world, lostAt, giveUp } = await crashed(30);
    giveUp();
    for (const name of ['rebalance.drain', 'rebalance.move']) {
      const [span, ...others] = world.spans(name);
      expect(others, name).to.deep.equal([]);
      expect(span?.attributes, name).to.include({ 'error.type': 'process_lost' });
      expect(seconds(span?.endTime ?? [0, 0]), name).to.equal(lostAt);
    }
    const samples = await world.sdk.scrape();
    expect(sampleValue(samples, 'mesh_rebalance_shards_moving', PLAN)).to.equal(0);
    expect(sampleValue(samples, 'mesh_rebalance_duration_seconds', { ...PLAN, phase: 'move' })).to.equal(60);
    expect(sampleValue(samples, 'mesh_rebalance_failures_total', { phase: 'move' })).to.equal(undefined);
  });

  it('takes a step up again of which somebody speaks after it was given up', async () => {
    const { world, controller, giveUp } = await crashed(30);
    giveUp();
    completePlan(controller);
    for (const name of ['rebalance.drain', 'rebalance.move']) {
      expect(world.spans(name), name).to.have.lengthOf(2);
      expect(world.spans(name)[1]?.attributes, name).to.include({ 'mesh.rebalance.outcome': 'completed' });
    }
    const samples = await world.sdk.scrape();
    expect(sampleValue(samples, 'mesh_rebalance_plan_shards_remaining', PLAN)).to.equal(0);
    expect(sampleValue(samples, 'mesh_rebalance_invalid_events_total', { reason: 'out_of_order' })).to.equal(0);
  });

  it('has such spans at once for steps that a plan ends without', async () => {
    const { world, controller, lostAt } = await crashed(30);
    controller.tell('planFinished', { planId: 'plan-1', outcome: 'completed' });
    const [move] = world.spans('rebalance.move');
    expect(move?.attributes).to.include({ 'error.type': 'process_lost' });
    expect(seconds(move?.endTime ?? [0, 0])).to.equal(lostAt);
    expect(world.spans('rebalance.plan')).to.have.lengthOf(1);
  });

  it('says so in the log, with the ids of the span', async () => {
    const { world, giveUp } = await crashed(30);
    giveUp();
    const events = world.sdk.logs().filter(({ attributes }) => attributes['error.type'] === 'process_lost');
    expect(events.map(({ eventName }) => eventName)).to.deep.equal([
      'mesh.rebalance.move_finished',
      'mesh.rebalance.drain_finished',
    ]);
    expect(events[0]?.spanContext?.spanId).to.equal(world.spans('rebalance.move')[0]?.spanContext().spanId);
    const identity = { 'mesh.namespace': 'payments', 'mesh.cluster': 'eu-1', 'mesh.rebalance.plan.id': 'plan-1' };
    expect(events.map(({ attributes }) => attributes)).to.deep.equal([
      {
        ...identity,
        'mesh.shard.id': 's-1',
        'mesh.rebalance.move.source': 'node-a',
        'mesh.rebalance.move.target': 'node-b',
        'error.type': 'process_lost',
      },
      {
        ...identity,
        'mesh.node.id': 'node-a',
        'mesh.rebalance.drain.shards': 4,
        'mesh.rebalance.drain.shards_remaining': 4,
        'error.type': 'process_lost',
      },
    ]);
  });

  it('counts moves past maxSpansPerPlan as before, and says nothing of one that nobody goes on with', async () => {
    for (const isLost of [false, true]) {
      const world = new World();
      beginPlan(world.start({ maxSpansPerPlan: 1 }).controller);
      await nextTurn();
      world.sdk.logExporter.reset();
      const { controller } = world.start({ maxSpansPerPlan: 1 });
      world.clock.advance(isLost ? 601 : 0);
      controller.tell('heartbeat', undefined);
      completePlan(controller);
      expect(world.sdk.logs().some(({ eventName }) => eventName === 'mesh.rebalance.move_finished')).to.equal(false);
      // A step that is taken up again after it was given up is one more.
      const dropped = { 'mesh.rebalance.spans_dropped': isLost ? 2 : 1 };
      expect(world.spans('rebalance.drain')[0]?.attributes['error.type']).to.equal(isLost ? 'process_lost' : undefined);
      expect(world.spans('rebalance.plan')[0]?.attributes).to.include(dropped);
      if (isLost) continue;
      expect(world.spans('rebalance.drain')[0]?.attributes).to.include({ 'mesh.rebalance.drain.moves': 1, ...dropped });
    }
  });

  it('goes on with an approval that was asked for before', async () => {
    const world = new World();
    const { controller } = world.start();
    controller.tell('planCreated', { planId: 'p' });
    controller.tell('approvalRequested', { planId: 'p' });
    const askedAt = world.clock.now / 1000;
    await nextTurn();
    world.clock.advance(30);
    world.start().controller.tell('approvalDecided', { planId: 'p', decision: 'approved' });
    const [approval, ...others] = world.spans('rebalance.approval');
    expect(others).to.deep.equal([]);
    expect(seconds(approval?.startTime ?? [0, 0])).to.equal(askedAt);
    expect(approval?.links).to.have.length(1);
  });

  it('has its steps closed when they are overdue, counted from their beginning, or when the next process ends', async () => {
    for (const isOverdue of [true, false]) {
      const world = new World();
      beginPlan(world.start().controller);
      await nextTurn();
      world.clock.advance(30);
      const { controller, handle } = world.start({ stepTimeoutMillis: 100_000 });
      const closed = () => world.spans('rebalance.move').map(({ attributes }) => attributes['error.type']);
      if (!isOverdue) {
        handle.disable();
        expect(closed()).to.deep.equal(['mesh_rebalance.instrumentation_disabled']);
        continue;
      }
      controller.tell('heartbeat', undefined);
      for (const [advance, expected] of [
        [45, []],
        [24.999, []],
        [0.001, ['mesh_rebalance.step_timeout']],
      ] as const) {
        world.clock.advance(advance);
        controller.tell('heartbeat', undefined);
        expect(closed()).to.deep.equal(expected);
      }
    }
  });

  it('has no second span for a step whose first was closed as overdue before the crash', async () => {
    const world = new World();
    const { controller } = world.start({ stepTimeoutMillis: 60_000 });
    beginPlan(controller);
    await nextTurn();
    world.clock.advance(70);
    controller.tell('heartbeat', undefined);
    await nextTurn();
    world.clock.advance(9);
    const again = world.start({ stepTimeoutMillis: 60_000 }).controller;
    again.tell('heartbeat', undefined);
    for (const name of ['rebalance.move', 'rebalance.drain']) expect(world.spans(name), name).to.have.lengthOf(1);
    completePlan(again);
    for (const name of ['rebalance.move', 'rebalance.drain']) expect(world.spans(name), name).to.have.lengthOf(1);
    expect(world.spans('rebalance.plan')).to.have.lengthOf(1);
  });

  describe('and whose controller has a snapshot()', () => {
    const live = { planId: 'plan-1', shards: 4, shardsRemaining: 3, state: 'rebalancing' } as const;

    it('ends at once the steps that the snapshot does not list, where it lists any or says that there are none', async () => {
      const { world, lostAt } = await crashed(30, () => ({
        plans: [{ ...live, drains: [{ node: 'node-a', shards: 4, shardsRemaining: 3 }], moves: [] }],
      }));
      expect(world.spans('rebalance.move')[0]?.attributes).to.include({ 'error.type': 'process_lost' });
      expect(seconds(world.spans('rebalance.move')[0]?.endTime ?? [0, 0])).to.equal(lostAt);
      expect(world.spans('rebalance.drain')).to.deep.equal([]);
      const samples = await world.sdk.scrape();
      expect(sampleValue(samples, 'mesh_rebalance_shards_moving', PLAN)).to.equal(0);
      expect(sampleValue(samples, 'mesh_rebalance_plan_shards_remaining', PLAN)).to.equal(3);
      expect(sampleValue(samples, 'mesh_rebalance_state', { ...PLAN, state: 'rebalancing' })).to.equal(1);
    });

    it('keeps the steps where it says nothing of steps', async () => {
      const { world, controller } = await crashed(30, () => ({ plans: [live] }));
      expect(sampleValue(await world.sdk.scrape(), 'mesh_rebalance_shards_moving', PLAN)).to.equal(1);
      completePlan(controller);
      expect(world.spans('rebalance.move')).to.have.lengthOf(1);
    });

    it('gives up a plan that the controller no longer has, after a while in which it may still load it', async () => {
      const { world, lostAt, giveUp } = await crashed(30, () => ({ plans: [] }));
      expect(sampleValue(await world.sdk.scrape(), 'mesh_rebalance_plan_shards', PLAN)).to.equal(4);
      giveUp();
      const samples = await world.sdk.scrape();
      expect(sampleValue(samples, 'mesh_rebalance_plan_shards', PLAN)).to.equal(undefined);
      expect(sampleValue(samples, 'mesh_rebalance_plans_finished_total', { outcome: 'failed' })).to.equal(0);
      expect(world.spans('rebalance.plan')[0]?.attributes).to.include({ 'error.type': 'process_lost' });
      const told = world.sdk.logs().find(({ eventName }) => eventName === 'mesh.rebalance.plan_finished');
      expect(told?.attributes).to.deep.equal({
        'mesh.namespace': 'payments',
        'mesh.cluster': 'eu-1',
        'mesh.rebalance.plan.id': 'plan-1',
        'mesh.rebalance.plan.shards': 4,
        'mesh.rebalance.plan.shards_remaining': 4,
        'error.type': 'process_lost',
      });
      expect(seconds(world.spans('rebalance.plan')[0]?.endTime ?? [0, 0])).to.equal(lostAt);
    });

    it('keeps a plan that it loads later, as it says by creating it again', async () => {
      const { world, controller, giveUp } = await crashed(30, () => ({ plans: [] }));
      controller.tell('planCreated', { planId: 'plan-1' });
      giveUp();
      expect(sampleValue(await world.sdk.scrape(), 'mesh_rebalance_plan_shards', PLAN)).to.equal(4);
    });

    it('ends a wait for approval that the snapshot knows to be over, and no other', async () => {
      const start = new TestClock().now;
      const at = (seconds: number) => start + seconds * 1_000;
      const cases: [told: object, ended: number | undefined, approved: number][] = [
        [{ state: 'draining', stateSince: at(40) }, 40, 0],
        [{ state: 'draining' }, 50, 0],
        [{ state: 'rebalancePending', stateSince: at(0), decisions: { approved: 1 } }, 50, 1],
        [{ decisions: { approved: 2 } }, 50, 2],
        [{ decisions: { rejected: 1 } }, 50, 0],
        [{}, undefined, 0],
        [{ state: 'rebalancePending' }, undefined, 0],
        [{ state: 'draining', decisions: { approved: 1 }, approvalRequestedAt: at(10) }, undefined, 1],
      ];
      for (const [told, ended, approved] of cases) {
        const world = new World();
        const { controller } = world.start();
        controller.tell('planCreated', { planId: 'p', approvalMode: 'manual' });
        world.clock.advance(10);
        controller.tell('approvalRequested', { planId: 'p' });
        await nextTurn();
        world.clock.advance(40);
        world.start({}, () => ({ plans: [{ planId: 'p', time: at(0), ...told }] }));
        // Until its counters are no longer young.
        world.clock.advance(60);
        const samples = await world.sdk.scrape();
        const value = (name: string, labels: object = {}) =>
          sampleValue(samples, `mesh_rebalance_${name}`, { plan_id: 'p', ...labels });
        const what = JSON.stringify(told);
        expect(sampleValue(samples, 'mesh_rebalance_approvals_pending'), what).to.equal(ended === undefined ? 1 : 0);
        expect(value('plan_held', { reason: 'approval' }), what).to.equal(ended === undefined ? 1 : undefined);
        expect(value('duration_seconds', { phase: 'approval' }), what).to.equal((ended ?? 110) - 10);
        expect(value('plan_approvals_total', { decision: 'approved' }), what).to.equal(approved);
        const [span] = world.spans('rebalance.approval');
        expect(span && seconds(span.endTime), what).to.equal(ended && at(ended) / 1_000);
      }
    });

    it('takes null for what is not told, as a store may that knows no undefined', async () => {
      const told = { approvalRequestedAt: null, progressAt: null } as unknown as object;
      const { world } = await crashed(900, () => ({ plans: [{ planId: 'plan-1', ...told }] }));
      const samples = await world.sdk.scrape();
      expect(sampleValue(samples, 'mesh_rebalance_approvals_pending')).to.equal(0);
      const idle =
        world.clock.now / 1_000 - (sampleValue(samples, 'mesh_rebalance_plan_progress_timestamp_seconds', PLAN) ?? 0);
      expect(idle).to.equal(960);
    });

    it('ends a pause that the snapshot denies', async () => {
      const world = new World();
      world.start().controller.tell('paused', undefined);
      world.clock.advance(1);
      world.start({}, () => ({ paused: false }));
      expect(sampleValue(await world.sdk.scrape(), 'mesh_rebalance_paused')).to.equal(0);
    });
  });

  it('ends with the process that died where another controller leads since, however that is said', async () => {
    const ways: Record<string, [snapshot: TestController['snapshot'], (controller: TestController) => void]> = {
      'an event': [undefined, (controller) => controller.tell('leadershipChanged', { leading: false })],
      'a snapshot': [() => ({ leading: false }), () => {}],
      silence: [undefined, () => {}],
    };
    for (const [way, [snapshot, say]] of Object.entries(ways)) {
      const world = new World();
      const first = world.start().controller;
      first.tell('leadershipChanged', { leading: true });
      beginPlan(first);
      first.tell('planCreated', { planId: 'waits' });
      first.tell('approvalRequested', { planId: 'waits' });
      world.clock.advance(20);
      await nextTurn();
      first.tell('heartbeat', undefined);
      await nextTurn();
      const lostAt = world.clock.now / 1_000;
      world.sdk.spanExporter.reset();
      world.sdk.logExporter.reset();
      world.clock.advance(10_800);
      const { controller } = world.start({}, snapshot);
      say(controller);
      world.clock.advance(600);
      controller.tell('heartbeat', undefined);
      const ends = world.sdk
        .spans()
        .map(({ name, endTime, attributes }) => [name, seconds(endTime), attributes['error.type']]);
      expect(ends, way).to.have.deep.members([
        ['rebalance.move', lostAt, 'process_lost'],
        ['rebalance.drain', lostAt, 'process_lost'],
        ['rebalance.approval', lostAt, 'mesh_rebalance.leadership_lost'],
      ]);
      const told = world.sdk.logs().map(({ eventName, attributes }) => [eventName, attributes['error.type']]);
      expect(told, way).to.have.deep.members([
        ['mesh.rebalance.move_finished', 'process_lost'],
        ['mesh.rebalance.drain_finished', 'process_lost'],
      ]);
    }
  });

  it('keeps a live plan that nobody speaks of, where the controller has no snapshot()', async () => {
    const { world, giveUp } = await crashed(30);
    giveUp();
    expect(sampleValue(await world.sdk.scrape(), 'mesh_rebalance_plan_shards', PLAN)).to.equal(4);
  });
});

describe('a controller that was shut down in order and comes back with its journal', () => {
  it('has the span of an open step ended, and goes on with the step from its start', async () => {
    const world = new World();
    const { controller, handle } = world.start();
    beginPlan(controller);
    const startedAt = world.clock.now / 1000;
    world.clock.advance(10);
    handle.disable();
    await nextTurn();
    expect(world.spans('rebalance.move')[0]?.attributes).to.include({
      'error.type': 'mesh_rebalance.instrumentation_disabled',
    });
    world.clock.advance(10);
    completePlan(world.start().controller);
    expect(world.spans('rebalance.move')).to.have.lengthOf(2);
    expect(seconds(world.spans('rebalance.move')[1]?.startTime ?? [0, 0])).to.equal(startedAt);
  });

  it('has no second span for a step that nobody goes on with, however the processes after it end', async () => {
    const endings: Record<string, (process: ReturnType<World['start']>, world: World) => void> = {
      'gives it up': ({ controller }, world) => {
        for (const seconds of [60, 541]) {
          world.clock.advance(seconds);
          controller.tell('heartbeat', undefined);
        }
      },
      'is shut down in order': ({ handle }) => handle.disable(),
      'finds it overdue': ({ controller }, world) => {
        world.clock.advance(100);
        controller.tell('heartbeat', undefined);
      },
      'hands it over': ({ controller }) => controller.tell('leadershipChanged', { leading: false }),
    };
    for (const [name, end] of Object.entries(endings)) {
      for (const crashes of [0, 1, 2]) {
        const world = new World();
        const first = world.start();
        beginPlan(first.controller);
        first.handle.disable();
        await nextTurn();
        for (let crash = 0; crash < crashes; crash += 1) {
          world.start();
          await nextTurn();
          world.clock.advance(3);
        }
        end(world.start({ stepTimeoutMillis: 90_000 }), world);
        expect(world.spans('rebalance.move'), `${name}, after ${crashes} crashes`).to.have.lengthOf(1);
        expect(world.spans('rebalance.drain'), `${name}, after ${crashes} crashes`).to.have.lengthOf(1);
      }
    }
  });
});

describe('a journal that cannot be used', () => {
  async function written(): Promise<string> {
    const world = new World();
    const { controller } = world.start();
    beginPlan(controller);
    controller.tell('planCreated', { planId: 'größer' });
    await nextTurn();
    return world.journal.text as string;
  }

  /** What is said of a journal, and what the next one holds of a controller that goes on as without one. */
  async function taken(text: string): Promise<{ messages: string[]; next: string }> {
    const journal = new MemoryJournal();
    journal.text = text;
    const messages = await diagMessages(async () => {
      const controller = new TestController();
      const clock = new TestClock();
      const metricProducer = createRebalanceMetricProducer();
      const handle = instrument(controller, { clock: clock.read, metricProducer, journal });
      beginPlan(controller, 'new');
      handle.disable();
      await turn();
    });
    // The first controller of a process without a logger is told so.
    return { messages: messages.filter((message) => !message.includes('log events are off')), next: journal.text };
  }

  it('is reported once when it is cut off at any byte, and nothing of it is taken over', async () => {
    const whole = Buffer.from(await written());
    for (let length = 0; length < whole.length; length += 1) {
      const { messages, next } = await taken(whole.subarray(0, length).toString());
      expect(messages, `${length}`).to.have.lengthOf(1);
      expect(messages[0]).to.include('the journal was not used: ');
      expect(next).to.include('"id":"new"').and.not.to.include('größer');
    }
  });

  it('is reported once when one value in it is of another kind', async () => {
    const lines = (await written()).trimEnd().split('\n');
    let tried = 0;
    for (const [index, line] of lines.entries()) {
      if (index === 0) continue;
      for (const damaged of damages(JSON.parse(line))) {
        tried += 1;
        const text = lines.with(index, JSON.stringify(damaged)).join('\n');
        const { messages, next } = await taken(`${text}\n`);
        expect(messages.length, text).to.be.lessThan(2);
        expect(messages.join(), text).to.match(/^$|the journal was not used: /);
        expect(next).to.include('"id":"new"');
      }
    }
    expect(tried).to.be.greaterThan(100);
  });

  it('is not there yet, which is no failure, or is of a cluster for which there is no room', async () => {
    const world = new World();
    const told = async (text: string | null | undefined, cluster?: string) => {
      world.journal.read = () => text as string;
      const { metricProducer } = world.sdk;
      const options = { metricProducer, journal: world.journal, clock: world.clock.read, maxClusters: 1 };
      const controller = new TestController('payments', cluster);
      return (await diagMessages(() => instrument(controller, options).disable())).map((text) =>
        text.replace(/^\S+ /, ''),
      );
    };
    for (const nothing of [undefined, null]) {
      const says = 'there is no journal yet: nothing is known of a process before this one';
      expect(await told(nothing)).to.deep.equal([says]);
    }
    world.start().controller.tell('planCreated', { planId: 'p' });
    await nextTurn();
    expect(await told(world.journal.text, 'eu-2')).to.deep.equal([
      'journal: cluster "eu-1" of "payments" is one too many: maxClusters is 1; the event was dropped [limit]',
    ]);
  });

  it('is reported with its cause when read() gives a promise that rejects, which ends no process', async () => {
    const world = new World();
    world.journal.read = (async () => {
      throw new Error('no such table');
    }) as unknown as () => string;
    const messages = await diagMessages(async () => {
      world.start();
      await nextTurn();
    });
    expect(messages.join()).to.match(/not text or undefined.*no such table/);
  });

  it('is reported when read() throws, or gives something else', async () => {
    for (const [read, says] of [
      [
        () => {
          throw new Error('no such disk');
        },
        'reading the journal failed: no such disk',
      ],
      [() => Promise.resolve('text'), 'not text or undefined'],
    ] as const) {
      const world = new World();
      world.journal.read = read as () => string;
      const messages = await diagMessages(async () => beginPlan(world.start().controller));
      expect(messages).to.have.lengthOf(1);
      expect(messages[0]).to.include(says);
      expect(sampleValue(await world.sdk.scrape(), 'mesh_rebalance_plan_shards', PLAN)).to.equal(4);
    }
  });
});

/** The same value with one part of it at a time replaced by something of another kind. */
function* damages(value: unknown): Generator<unknown> {
  for (const other of [null, -1, 'x\n', [{}], {}]) yield other;
  if (typeof value !== 'object' || value === null) return;
  for (const key of Object.keys(value)) {
    for (const damaged of damages((value as Record<string, unknown>)[key])) {
      if (Array.isArray(value)) yield value.with(Number(key), damaged);
      else yield { ...value, [key]: damaged };
    }
  }
}
