import { expect } from 'chai';
import { type PlanView, Refusal, type RefusalReason } from '../../examples/operator/controllable.js';
import { toDrain, World } from './world.js';

const NODE = 'node-0002';

function refused(action: () => unknown): RefusalReason | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    expect(error).to.be.instanceOf(Refusal);
    return (error as Refusal).reason;
  }
}

describe('the mesh controller', () => {
  it('drains a node: cordoned, emptied shard by shard, reported in the order of the contract', () => {
    const world = new World();
    const { id } = world.controller.propose(toDrain([NODE]));
    world.run(30);
    const [plan] = world.controller.plans();
    expect(plan).to.include({ id, outcome: 'completed', state: 'completed', shards: 4, shardsRemaining: 0 });
    expect(world.cluster.mesh.ownership()[NODE]).to.equal(0);
    expect(world.cluster.mesh.nodes.get(NODE)?.cordon).to.equal('maintenance');
    const seen = world.emitted.map(({ event }) => event);
    const order = [
      'planCreated',
      'approvalRequested',
      'approvalDecided',
      'drainStarted',
      'moveStarted',
      'planFinished',
    ];
    const places = order.map((event) => seen.indexOf(event as (typeof seen)[number]));
    expect(places).to.deep.equal([...places].sort((a, b) => a - b));
    expect(world.events('drainProgressed').map(({ shardsRemaining }) => shardsRemaining)).to.deep.equal([3, 2, 1, 0]);
    expect(world.events('drainFinished')).to.have.length(1);
    const moved = world.events('moveFinished').map(({ bytes }) => Number.isSafeInteger(bytes));
    expect(moved).to.deep.equal([true, true, true, true]);
    expect(world.states(id)).to.deep.equal(['draining', 'rebalancing']);
    // A plan keeps the time of its creation, which a restart repeats; all else happens when it is told.
    const timed = world.emitted.filter(({ payload }) => payload !== undefined && 'time' in payload);
    expect(timed.map(({ event }) => event)).to.deep.equal(['planCreated']);
  });

  it('goes through pending, draining, rebalancing, completed and steady itself', () => {
    const world = new World();
    const { id } = world.controller.propose(toDrain([NODE], 'manual'));
    world.run(5);
    world.controller.approve(id, 'ada');
    world.run(40);
    expect(world.states()).to.deep.equal(['rebalancePending', 'draining', 'rebalancing', 'completed', 'steady']);
  });

  it('beats in every round of its loop', () => {
    const world = new World();
    world.run(1);
    const beats = world.emitted.filter(({ event }) => event === 'heartbeat').map(({ at }) => at);
    expect(beats).to.deep.equal([0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60]);
  });

  it('waits for a person, then works', () => {
    const world = new World();
    const { id, approval } = world.controller.propose(toDrain([NODE], 'manual'));
    expect(approval?.expiresAt).to.equal((approval?.requestedAt ?? 0) + 3_600_000);
    world.run(10);
    expect(world.events('drainStarted')).to.deep.equal([]);
    expect(world.controller.plans()[0]?.state).to.equal('rebalancePending');
    const decision = { decision: 'approved', actor: 'ada', reason: 'disk is in' };
    expect(world.controller.approve(id, 'ada', 'disk is in').decision).to.deep.include(decision);
    expect(world.events('approvalDecided')).to.deep.include({ planId: id, ...decision });
    expect(refused(() => world.controller.approve(id, 'ada'))).to.equal('conflict');
    world.run(20);
    expect(world.controller.plans()[0]?.outcome).to.equal('completed');
  });

  it('shows the moves under way first, then those that failed and why', () => {
    const world = new World({ policy: { maxConcurrentMoves: 1, retryAfter: 600_000 } });
    const { faults } = world.cluster;
    const { id } = world.controller.propose(toDrain([NODE]));
    faults.failTransfers(NODE, 1, 'timeout');
    while (world.events('moveFinished').every(({ outcome }) => outcome !== 'failed')) world.run(0.1);
    world.run(0.1);
    const [{ moves }] = world.controller.plans() as [PlanView];
    expect(moves.map(({ status }) => status)).to.deep.equal(['moving', 'failed', 'waiting', 'waiting']);
    expect(moves[1]).to.include({ source: NODE, errorType: 'timeout' }).and.to.have.property('since').above(0);
    expect(world.controller.cancel(id, 'ada', 'wrong node').cancellation).to.deep.include({
      actor: 'ada',
      reason: 'wrong node',
    });
  });

  it('names the plan that takes the moves, and the one that deals with a node', () => {
    const world = new World({ policy: { maxConcurrentMoves: 2 } });
    const { id: first } = world.controller.propose(toDrain([NODE]));
    world.run(1);
    const { id: second } = world.controller.propose(toDrain(['node-0003']));
    world.run(1);
    const held = world.controller.plans().find(({ id }) => id === second)?.held;
    expect(held?.map(({ reason, waitsFor }) => [reason, waitsFor])).to.deep.equal([
      ['maxConcurrentMoves', `a free move, 2 of 2 taken by ${first}`],
    ]);
    expect(() => world.controller.propose(toDrain([NODE]))).to.throw(Refusal, `plan ${first} deals with ${NODE}`);
    expect(world.controller.plans().find(({ id }) => id === first)?.held).to.deep.equal([]);
    world.controller.pause();
    expect(world.controller.plans()[0]?.held[0]).to.include({ reason: 'paused' });
  });

  it('waits for its next round, and for no move, where its control loop hangs', () => {
    const world = new World({ policy: { maxConcurrentMoves: 2 } });
    world.controller.propose(toDrain([NODE]));
    world.run(1);
    world.controller.propose(toDrain(['node-0003']));
    world.run(1);
    world.controller.hung = true;
    world.run(30);
    expect(world.controller.plans().map(({ held, shardsMoving }) => ({ held, shardsMoving }))).to.deep.equal([
      { held: [], shardsMoving: 0 },
      { held: [], shardsMoving: 0 },
    ]);
  });

  it('gives up a plan whose request expires', () => {
    const world = new World({ policy: { approvalTimeout: 600_000 } });
    const { id } = world.controller.propose(toDrain([NODE], 'manual'));
    world.run(11);
    expect(world.events('approvalDecided')).to.deep.equal([
      { planId: id, decision: 'expired', actor: 'controller', reason: undefined },
    ]);
    expect(world.events('planFinished')).to.deep.include.members([
      { planId: id, outcome: 'cancelled', reason: 'expired by controller' },
    ]);
    expect(world.controller.plans()[0]).to.include({ outcome: 'cancelled', state: 'steady' });
  });

  it('gives up a plan that is rejected, with the reason', () => {
    const world = new World();
    const { id } = world.controller.propose(toDrain([NODE], 'manual'));
    expect(world.controller.reject(id, 'ada', 'not on a Friday')).to.include({ outcome: 'cancelled' });
    expect(world.events('approvalDecided')[0]).to.include({
      decision: 'rejected',
      actor: 'ada',
      reason: 'not on a Friday',
    });
    expect(world.events('planFinished')[0]).to.include({ planId: id, reason: 'not on a Friday' });
    world.run(20);
    expect(world.events('drainStarted')).to.deep.equal([]);
  });

  it('moves what comes to a node while it is drained: a shard of another node, and one that had left', () => {
    const world = new World({ policy: { maxConcurrentMoves: 1 } });
    const { faults, mesh } = world.cluster;
    const { id } = world.controller.propose(toDrain([NODE]));
    world.run(1);
    faults.pile(NODE, 1);
    world.run(0.2);
    expect(world.events('drainProgressed')).to.deep.equal([
      { planId: id, node: NODE, shards: 5, shardsRemaining: 5, bytes: 0 },
    ]);
    while (mesh.ownership()[NODE] === 5) world.run(0.1);
    faults.sendBack(NODE);
    world.run(0.2);
    expect(world.events('drainProgressed').at(-1)).to.include({ shards: 5, shardsRemaining: 5 });
    world.run(30);
    expect(mesh.ownership()[NODE]).to.equal(0);
    expect(world.events('planFinished')).to.have.length(1);
    expect(world.events('moveFinished').filter(({ outcome }) => outcome === 'completed')).to.have.length(6);
  });

  it('cancels a plan while its shards move: transfers stop, nothing follows the end, and the node is open again', () => {
    const world = new World();
    const { id } = world.controller.propose(toDrain([NODE]));
    world.run(1);
    expect(world.controller.plans()[0]?.shardsMoving).to.equal(4);
    const cancelled = world.controller.cancel(id, 'ada', undefined);
    expect(cancelled).to.include({ outcome: 'cancelled', shardsMoving: 0 });
    const end = world.emitted.length;
    world.run(20);
    const later = world.emitted.slice(end).map(({ payload }) => payload['planId']);
    expect(later).not.to.include(id);
    expect(world.cluster.mesh.ownership()[NODE]).to.equal(4);
    expect(world.cluster.mesh.nodes.get(NODE)?.cordon).to.equal(undefined);
    expect(refused(() => world.controller.cancel(id, 'ada', undefined))).to.equal('conflict');
  });

  it('shows what a dry run would do, and does nothing', () => {
    const world = new World();
    const plan = world.controller.propose({ ...toDrain([NODE]), dryRun: true });
    expect(plan).to.include({ dryRun: true, shards: 4 });
    expect(plan.moves.map(({ source }) => source)).to.deep.equal([NODE, NODE, NODE, NODE]);
    world.run(20);
    expect(world.events('planCreated')).to.deep.equal([]);
    expect(world.cluster.mesh.ownership()[NODE]).to.equal(4);
    expect(refused(() => world.controller.approve(plan.id, 'ada'))).to.equal('conflict');
  });

  it('refuses what cannot be done, and says which kind it is', () => {
    const world = new World();
    world.controller.propose(toDrain([NODE], 'manual'));
    expect(refused(() => world.controller.propose(toDrain([NODE])))).to.equal('conflict');
    expect(refused(() => world.controller.propose(toDrain(['node-9999'])))).to.equal('unknown_node');
    expect(refused(() => world.controller.propose(toDrain([])))).to.equal('nothing_to_do');
    expect(refused(() => world.controller.approve('plan-9', 'ada'))).to.equal('unknown_plan');
  });

  it('runs plans for different nodes side by side', () => {
    const world = new World();
    world.controller.propose(toDrain(['node-0000']));
    world.controller.propose(toDrain(['node-0004']));
    world.run(2);
    expect(world.controller.plans().map(({ shardsMoving }) => shardsMoving)).to.deep.equal([4, 4]);
    world.run(30);
    expect(world.controller.plans().map(({ outcome }) => outcome)).to.deep.equal(['completed', 'completed']);
  });

  it('evens a lopsided cluster out of its own accord', () => {
    const world = new World({ policy: { approvalMode: 'auto' } });
    world.cluster.faults.pile('node-0001', 12);
    world.run(60);
    const plan = world.controller.plans().find(({ trigger }) => trigger === 'imbalance');
    expect(plan).to.include({ outcome: 'completed', approvalMode: 'auto' });
    expect(Math.max(...Object.values(world.cluster.mesh.ownership()))).to.be.at.most(7);
    expect(world.states()).to.include.members(['investigating', 'rebalancing', 'completed', 'steady']);
  });

  it('fills a node that is back from maintenance', () => {
    const world = new World({ policy: { approvalMode: 'auto' } });
    world.controller.propose(toDrain([NODE]));
    world.run(30);
    world.cluster.mesh.open(NODE);
    world.run(30);
    const plan = world.controller.plans().find(({ trigger }) => trigger === 'node_added');
    expect(plan).to.include({ outcome: 'completed' });
    expect(world.cluster.mesh.ownership()[NODE]).to.be.greaterThan(0);
  });

  it('takes no step while it is paused', () => {
    const world = new World();
    world.controller.pause();
    expect(world.controller.paused).to.equal(true);
    world.controller.propose(toDrain([NODE]));
    world.run(10);
    expect(world.events('drainStarted')).to.deep.equal([]);
    expect(world.events('heartbeat').length).to.be.greaterThan(100);
    world.controller.resume();
    world.run(10);
    expect(world.events('drainStarted')).to.have.length(1);
    expect([world.events('paused'), world.events('resumed')].map(({ length }) => length)).to.deep.equal([1, 1]);
  });

  it('has a person approve its plans, if one is simulated', () => {
    const world = new World({ approvalDelay: { least: 60_000, most: 120_000 } });
    world.controller.propose(toDrain([NODE], 'manual'));
    world.run(20);
    const { decision, createdAt = 0, outcome } = world.controller.plans()[0] ?? {};
    expect(outcome).to.equal('completed');
    expect((decision?.at ?? 0) - createdAt).to.be.within(60_000, 120_000);
  });

  it('does the same for the same seed, and something else for another', () => {
    const history = (seed: number) => {
      const world = new World({ seed, policy: { approvalMode: 'auto' } });
      world.cluster.faults.slowNode('node-0003', 40);
      world.controller.propose(toDrain([NODE]));
      world.run(60);
      return JSON.stringify(world.emitted);
    };
    expect(history(1)).to.equal(history(1));
    expect(history(1)).not.to.equal(history(2));
  });
});
