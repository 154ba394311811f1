import { expect } from 'chai';
import { instrument, type PlanSnapshot, type RebalanceSnapshot } from '../../../lib/index.js';
import { TestController } from '../../support/controller.js';
import { sampleValue, select } from '../../support/exposition.js';
import { PlanWorld } from '../../support/plan-world.js';

/** A world whose controller has been there for 300 minutes when it is instrumented. */
function takenOver(
  plan: (at: (minute: number) => number) => Omit<PlanSnapshot, 'planId'>,
  rest: (at: (minute: number) => number) => RebalanceSnapshot = () => ({}),
): PlanWorld {
  const world = new PlanWorld({}, (controller, start) => {
    const at = (minute: number) => start + minute * 60_000;
    controller.snapshot = () => ({ ...rest(at), plans: [{ planId: 'p', time: at(0), shards: 10, ...plan(at) }] });
  });
  return world;
}

describe('a snapshot', () => {
  it('carries time at work and held, progress, holds and decisions on from another process', async () => {
    const world = takenOver((at) => ({
      state: 'rebalancing',
      stateSince: at(70),
      shardsRemaining: 4,
      drains: [{ node: 'a', shards: 10, shardsRemaining: 4, startedAt: at(60) }],
      moves: [{ shard: 's7', source: 'a', target: 'z', startedAt: at(250) }],
      workMillis: 240 * 60_000,
      heldMillis: 90 * 60_000,
      progressAt: at(240),
      holds: [{ guardrail: 'incident', since: at(270) }],
      decisions: { approved: 1, expired: 2 },
    }));
    expect(await world.sees()).to.deep.include({
      work: 240,
      heldFor: 90,
      approval: 60,
      total: 300,
      progress: 240,
      drainProgress: 240,
      held: ['incident'],
      heldSince: 270,
      oldestMove: 250,
      drainMoving: 1,
      left: 4,
    });
    const decided = select(await world.sdk.scrape(), 'mesh_rebalance_plan_approvals_total');
    expect(
      decided.map(({ value }) => value),
      'at once: they are no news',
    ).to.deep.equal([1, 0, 2]);
    world.at(305);
    expect(await world.sees()).to.deep.include({ work: 245, heldFor: 95, approval: 60 });
    world.clear('incident');
    expect(await world.sees()).to.deep.include({ held: [], progress: 305, drainProgress: 305 });
    expect(await world.invalid('out_of_order')).to.equal(0);
  });

  it('starts the clock of a plan anew whose progress it does not tell', async () => {
    const drains = [{ node: 'a', shards: 10, shardsRemaining: 4, startedAt: undefined }];
    const world = takenOver((at) => ({ state: 'draining', stateSince: at(10), drains }));
    expect(await world.sees()).to.include({ progress: 300, drainProgress: 300, work: 300, heldFor: 0 });
    const silent = takenOver((at) => ({ state: 'draining', stateSince: at(10) }));
    expect((await silent.sees()).progress).to.equal(300);
    const waiting = takenOver(() => ({ state: 'rebalancePending' }));
    expect((await waiting.sees()).progress).to.equal(undefined);
    const later = takenOver((at) => ({
      state: 'draining',
      progressAt: at(240),
      drains: [{ node: 'a', shards: 5, shardsRemaining: 5, startedAt: at(250) }],
    }));
    expect(await later.sees()).to.include({ progress: 240, drainProgress: 250 });
    const begun = takenOver((at) => ({ state: 'investigating', progressAt: at(240) }));
    begun.startMove('s1');
    expect((await begun.sees()).progress, 'its work had begun').to.equal(240);
  });

  it('may repeat what is known', async () => {
    const world = takenOver(() => ({ state: 'rebalancing', moves: [{ shard: 's7' }, { shard: 's7' }] }));
    expect(sampleValue(await world.sdk.scrape(), 'mesh_rebalance_shards_moving', {})).to.equal(1);
    expect(await world.invalid('out_of_order')).to.equal(0);
  });

  it('says since when the controller is paused, and the plan waits for approval', async () => {
    const paused = takenOver(
      () => ({ state: 'draining' }),
      (at) => ({ paused: true, pausedSince: at(200) }),
    );
    expect(await paused.sees()).to.deep.include({ held: ['paused'], heldSince: 200, heldFor: 100 });
    const waiting = takenOver((at) => ({ approvalRequestedAt: at(280), workMillis: 100 * 60_000 }));
    expect(await waiting.sees()).to.deep.include({ held: ['approval'], heldSince: 280, work: 100, approval: 200 });
    waiting.at(310);
    expect(await waiting.sees()).to.include({ work: 100, approval: 210 });
  });

  it('says that a plan was approved, unless it waits for a decision once more', async () => {
    const slots = () => ({ maxConcurrentMoves: 1 });
    const approved = takenOver(() => ({ decisions: { approved: 1 } }), slots);
    approved.startMove('s', 'other');
    expect((await approved.sees()).held).to.deep.equal(['maxConcurrentMoves']);
    const undecided = takenOver(() => ({}), slots);
    undecided.startMove('s', 'other');
    expect((await undecided.sees()).held).to.deep.equal([]);
    const asks = takenOver((at) => ({ decisions: { approved: 1 }, approvalRequestedAt: at(280) }), slots);
    asks.controller.tell('approvalDecided', { planId: 'p', decision: 'approved' });
    expect(await asks.invalid('out_of_order')).to.equal(0);
  });

  it('knows the nodes that a plan has emptied', async () => {
    const world = takenOver(
      () => ({}),
      () => ({ nodes: { a: 0, b: 0, c: 4 }, emptiedNodes: ['a', 'c'] }),
    );
    const emptied = select(await world.sdk.scrape(), 'mesh_rebalance_node_emptied_timestamp_seconds');
    expect(emptied.map(({ labels }) => labels['node'])).to.deep.equal(['a']);
  });

  it('costs no more than the part of it that cannot be read', async () => {
    const bad = {
      state: 'draining',
      workMillis: -1,
      heldMillis: 'long',
      progressAt: Number.NaN,
      holds: [{ guardrail: 7n }, { since: 3 }, 'incident', { guardrail: 'cooldown', since: 'then' }],
      decisions: { approved: Number.NaN, rejected: 2, often: 1 },
    };
    const world = takenOver(() => bad as unknown as PlanSnapshot);
    const seen = await world.sees();
    expect(seen).to.deep.include({ work: 300, heldFor: 0, progress: 300, heldSince: 300 });
    expect(seen.held).to.deep.equal(['7', 'cooldown']);
    const rejected = { plan_id: 'p', decision: 'rejected' };
    expect(sampleValue(await world.sdk.scrape(), 'mesh_rebalance_plan_approvals_total', rejected)).to.equal(2);
    for (const reason of ['invalid_number', 'wrong_type', 'invalid_time', 'missing_field']) {
      expect(await world.invalid(reason), reason).to.be.greaterThan(0);
    }
    const none = new TestController();
    none.snapshot = () => ({ plans: [{ planId: 'p', decisions: null as never }] });
    instrument(none, world.sdk.options).disable();
  });
});
