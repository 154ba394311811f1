import { expect } from 'chai';
import { sampleValue, select } from '../../support/exposition.js';
import { PlanWorld } from '../../support/plan-world.js';

const FAILURES = 'mesh_rebalance_plan_failures_total';
const BYTES = 'mesh_rebalance_plan_bytes_moved_total';

describe('the counters of a plan', () => {
  it('are its failures by reason: three by name, and the rest; first at 0', async () => {
    const world = new PlanWorld();
    world.begin();
    const fail = (shard: string, errorType?: string) => {
      world.startMove(shard);
      world.controller.tell('moveFinished', { planId: 'p', shard, outcome: 'failed', errorType });
    };
    const failures = async () =>
      Object.fromEntries(
        select(await world.sdk.scrape(), FAILURES).map(({ labels, value }) => [labels['error_type'], value]),
      );
    expect(await failures()).to.deep.equal({});
    for (const [index, errorType] of ['timeout', 'timeout', 'no room', 'io', 'copy', 'disk', 'net'].entries()) {
      fail(`s${index}`, errorType);
    }
    fail('s', undefined);
    world.controller.tell('drainFinished', { planId: 'p', node: 'a', outcome: 'failed', errorType: 'timeout' });
    expect(await failures()).to.deep.equal({ timeout: 0, io: 0, copy: 0, _OTHER: 0 });
    world.at(2);
    expect(await failures()).to.deep.equal({ timeout: 3, io: 1, copy: 1, _OTHER: 4 });
  });

  it('are of its cluster too, where they are by phase', async () => {
    const world = new PlanWorld({ zeroForMillis: 0 });
    world.begin();
    for (const [shard, outcome] of [
      ['s1', 'failed'],
      ['s2', 'failed'],
      ['s3', 'completed'],
    ] as const) {
      world.startMove(shard);
      world.endMove(shard, outcome);
    }
    world.controller.tell('drainFinished', { planId: 'p', node: 'a', outcome: 'failed', errorType: 'io' });
    world.controller.tell('planFinished', { planId: 'p', outcome: 'failed' });
    const failures = select(await world.sdk.scrape(), 'mesh_rebalance_failures_total').map(
      ({ labels: { phase, error_type }, value }) => `${phase} ${error_type} ${value}`,
    );
    expect(failures).to.deep.equal(['move timeout 2', 'drain io 1', 'total _OTHER 1']);
  });

  it('are the bytes of its moves or of its drains, whichever tell more, and nothing where none are told', async () => {
    const world = new PlanWorld({ zeroForMillis: 0 });
    world.begin();
    world.startMove('s1');
    const bytes = async () => sampleValue(await world.sdk.scrape(), BYTES);
    world.controller.tell('moveFinished', { planId: 'p', shard: 's1', outcome: 'completed' });
    world.left(9);
    expect(await bytes()).to.equal(undefined);
    for (const shard of ['s2', 's3']) {
      world.startMove(shard);
      world.controller.tell('moveFinished', { planId: 'p', shard, outcome: 'completed', bytes: 100 });
    }
    expect(await bytes()).to.equal(200);
    const drained = (told: number) =>
      world.controller.tell('drainProgressed', { planId: 'p', node: 'a', shardsRemaining: 7, bytes: told });
    drained(150);
    expect(await bytes()).to.equal(200);
    drained(450);
    drained(300);
    expect(await bytes(), 'they cannot get fewer').to.equal(450);
    world.controller.tell('drainFinished', { planId: 'p', node: 'a', outcome: 'failed', bytes: 500, errorType: 'io' });
    world.controller.tell('drainStarted', { planId: 'p', node: 'a', shards: 7 });
    drained(25);
    expect(await bytes(), 'the drain began anew').to.equal(525);
  });

  it('have in them from the first what happened while the plan was folded', async () => {
    const world = new PlanWorld({ maxPlans: 1 });
    world.begin('shown');
    world.begin('p');
    world.startMove('s1');
    world.controller.tell('moveFinished', { planId: 'p', shard: 's1', outcome: 'failed', errorType: 'io', bytes: 9 });
    world.controller.tell('planFinished', { planId: 'shown', outcome: 'completed' });
    const samples = await world.sdk.scrape();
    const plan = { plan_id: 'p' };
    expect(sampleValue(samples, FAILURES, { ...plan, error_type: 'io' })).to.equal(1);
    expect(sampleValue(samples, BYTES, plan)).to.equal(9);
    const approvals = 'mesh_rebalance_plan_approvals_total';
    expect(sampleValue(samples, approvals, { ...plan, decision: 'approved' })).to.equal(1);
  });
});

describe('what plans do to a node', () => {
  const moves = async (world: PlanWorld) =>
    Object.fromEntries(
      select(await world.sdk.scrape(), 'mesh_rebalance_node_moves_total').map(({ labels, value }) => [
        `${labels['node']} ${labels['direction']}`,
        value,
      ]),
    );
  const emptied = async (world: PlanWorld) =>
    select(await world.sdk.scrape(), 'mesh_rebalance_node_emptied_timestamp_seconds').map(
      ({ labels }) => labels['node'],
    );
  const owns = (world: PlanWorld, nodes: Record<string, number>, complete = true) =>
    world.controller.tell('ownershipChanged', { nodes, complete });

  it('is moves in and out, until a complete report leaves the node out', async () => {
    const world = new PlanWorld();
    world.begin();
    for (const shard of ['s1', 's2', 's3']) world.startMove(shard);
    world.endMove('s1');
    world.endMove('s2');
    world.endMove('s3', 'failed');
    expect(await moves(world)).to.deep.equal({ 'a out': 0, 'z in': 0 });
    world.at(1);
    expect(await moves(world)).to.deep.equal({ 'a out': 2, 'z in': 2 });
    owns(world, { z: 3 }, false);
    expect(Object.keys(await moves(world))).to.have.length(2);
    owns(world, { z: 3 });
    expect(await moves(world)).to.deep.equal({ 'z in': 2 });
  });

  it('is moves of at most maxNodes nodes by name', async () => {
    const world = new PlanWorld({ maxNodes: 2, zeroForMillis: 0 });
    world.begin('p', 10);
    for (const [index, source] of ['n1', 'n2', 'n3', 'n4'].entries()) {
      world.startMove(`s${index}`, 'p', source);
      world.endMove(`s${index}`);
    }
    expect(await moves(world)).to.deep.equal({ 'n1 out': 1, 'z in': 4, '_OTHER out': 3 });
    owns(world, { z: 3 });
    expect(await moves(world)).to.deep.equal({ 'z in': 4, '_OTHER out': 3 });
  });

  it('is no move of a node that was not told', async () => {
    const world = new PlanWorld();
    world.controller.tell('moveStarted', { planId: 'p', shard: 's1' });
    world.endMove('s1');
    expect(await moves(world)).to.deep.equal({});
  });

  it('is to have emptied it, for as long as it owns nothing: told from an imbalance after hours', async () => {
    const world = new PlanWorld();
    owns(world, { a: 1, b: 30, z: 30 });
    world.begin('p', 1);
    world.startMove('s1');
    world.at(4).endMove('s1');
    world.controller.tell('drainFinished', { planId: 'p', node: 'a', outcome: 'completed' });
    owns(world, { a: 1, b: 30, z: 30 });
    expect(await emptied(world), 'a report from before the end').to.deep.equal([]);
    owns(world, { a: 0, b: 30, z: 31 });
    world.controller.tell('planFinished', { planId: 'p', outcome: 'completed' });
    for (let hour = 1; hour <= 10; hour += 1) {
      world.at(hour * 60);
      owns(world, { a: 0, b: 30, z: 31 });
    }
    const samples = await world.sdk.scrape();
    expect(samples.some(({ labels }) => labels['plan_id'] === 'p')).to.equal(false);
    expect(await emptied(world)).to.deep.equal(['a']);
    const since = sampleValue(samples, 'mesh_rebalance_node_emptied_timestamp_seconds', { node: 'a' });
    expect(since, 'the end of its drain').to.equal(world.at(4).clock.now / 1000);
    owns(world, { a: 2 }, false);
    expect(await emptied(world)).to.deep.equal([]);
    owns(world, { a: 0 }, false);
    expect(await emptied(world), 'whoever emptied it now, no plan did').to.deep.equal([]);
  });

  it('is to have emptied the nodes of a plan that tells no drains; none of them once a shard moves in', async () => {
    const world = new PlanWorld();
    world.controller.tell('planCreated', { planId: 'p', nodes: ['a', 'b'], shards: 2 });
    world.controller.tell('planFinished', { planId: 'p', outcome: 'completed' });
    expect(await emptied(world)).to.deep.equal(['a', 'b']);
    world.controller.tell('planCreated', { planId: 'q', nodes: ['c'], shards: 2 });
    const move = (outcome: 'failed' | 'completed') => {
      world.controller.tell('moveStarted', { planId: 'q', shard: 's', source: 'z', target: 'a' });
      world.controller.tell('moveFinished', { planId: 'q', shard: 's', outcome });
    };
    move('failed');
    expect(await emptied(world)).to.deep.equal(['a', 'b']);
    move('completed');
    world.controller.tell('planFinished', { planId: 'q', outcome: 'cancelled' });
    expect(await emptied(world)).to.deep.equal(['b']);
    owns(world, { z: 4 });
    expect(await emptied(world)).to.deep.equal([]);
  });

  it('is not to have emptied it where the drain failed, or its end is all that was seen', async () => {
    const world = new PlanWorld();
    world.begin();
    world.controller.tell('drainFinished', { planId: 'p', node: 'a', outcome: 'failed', errorType: 'io' });
    world.controller.tell('drainFinished', { planId: 'p', node: 'b', outcome: 'failed', errorType: 'io' });
    expect(await emptied(world)).to.deep.equal([]);
    world.controller.tell('drainStarted', { planId: 'p', node: 'c', shards: 2 });
    world.left(0, undefined, 'p', 'c');
    world.controller.tell('drainFinished', { planId: 'p', node: 'c', outcome: 'failed', errorType: 'io' });
    expect(await emptied(world), 'it failed with nothing left').to.deep.equal(['c']);
    world.controller.tell('drainStarted', { planId: 'p', node: 'd', shards: 0 });
    world.controller.tell('drainFinished', { planId: 'p', node: 'd', outcome: 'completed' });
    expect(await emptied(world), 'it had nothing').to.deep.equal(['c', 'd']);
  });
});
