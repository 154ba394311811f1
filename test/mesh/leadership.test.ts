import { expect } from 'chai';
import { Refusal } from '../../examples/operator/controllable.js';
import { toDrain, World } from './world.js';

/** A leader, and a standby beside it on the same mesh. */
function pair(): { leader: World; standby: World } {
  const leader = new World({ candidate: 'a', policy: { maxConcurrentMoves: 1 } });
  const { timeline, cluster: beside } = leader;
  return { leader, standby: new World({ candidate: 'b', beside, timeline, policy: { maxConcurrentMoves: 1 } }) };
}

const leadership = (world: World) => world.emitted.filter(({ event }) => event === 'leadershipChanged');

describe('two mesh controllers of one cluster', () => {
  it('elect one; the other beats, takes no orders and emits nothing else', () => {
    const { leader, standby } = pair();
    leader.controller.propose(toDrain(['node-0002']));
    leader.run(10);
    expect(leadership(leader).map(({ payload }) => payload)).to.deep.equal([{ leading: true }]);
    expect(leadership(standby).map(({ payload }) => payload)).to.deep.equal([{ leading: false }]);
    expect(new Set(standby.emitted.map(({ event }) => event))).to.deep.equal(
      new Set(['heartbeat', 'leadershipChanged']),
    );
    expect(standby.controller.snapshot()).to.deep.equal({ leading: false });
    expect(standby.controller.plans()).to.deep.equal([]);
    expect(() => standby.controller.propose(toDrain(['node-0003']))).to.throw(Refusal, /the one that leads/);
  });

  it('go on with the plans when the leader dies, 30 s later', () => {
    const { leader, standby } = pair();
    const { id } = leader.controller.propose(toDrain(['node-0002']));
    leader.run(6);
    const moved = leader.events('moveFinished').length;
    expect(moved).to.be.within(1, 3);
    leader.cluster.faults.crash();
    leader.run(1);
    const [, taken] = leadership(standby);
    expect(taken?.payload).to.deep.equal({ leading: true });
    expect(taken?.at).to.be.within(6 * 60 + 25, 6 * 60 + 35);
    expect(standby.controller.snapshot().plans).to.have.length(1);
    leader.run(20);
    expect(standby.events('planFinished')).to.deep.equal([{ planId: id, outcome: 'completed' }]);
    expect(standby.events('moveFinished')).to.have.length(4 - moved);
    leader.cluster.faults.restart();
    leader.run(1);
    expect(leadership(leader).at(-1)?.payload).to.deep.equal({ leading: false });
  });

  it('hand over what no event says again: time at work and held, progress, holds, decisions', () => {
    const { leader, standby } = pair();
    leader.run(1);
    const { id } = leader.controller.propose(toDrain(['node-0002'], 'manual'));
    leader.run(5);
    leader.controller.approve(id, 'ada');
    const approvedAt = leader.timeline.now();
    leader.run(5);
    leader.cluster.faults.incident('INC-1');
    leader.run(2);
    const before = leader.controller.snapshot().plans?.[0];
    leader.cluster.faults.crash();
    // The incident lasts: the new leader is held by it from its first round on.
    standby.cluster.faults.incident('INC-1');
    leader.run(1);
    const after = standby.controller.snapshot();
    const [plan] = after.plans ?? [];
    expect(after.leading).to.equal(true);
    expect(plan).to.deep.include({ decisions: { approved: 1 }, progressAt: before?.progressAt, holds: before?.holds });
    expect(plan?.workMillis).to.equal(leader.timeline.now() - approvedAt);
    expect(before?.heldMillis).to.be.within(110_000, 120_000);
    expect(plan?.heldMillis).to.equal((before?.heldMillis ?? 0) + 60_000);
    standby.cluster.faults.incident(undefined);
    leader.run(1);
    expect(standby.events('guardrailCleared')).to.deep.equal([{ guardrail: 'incident', planId: id }]);
    expect(standby.controller.snapshot().plans?.[0]?.holds).to.deep.equal([]);
  });

  it('both stand by while nobody can reach the lease, and drop their moves', () => {
    const { leader, standby } = pair();
    leader.controller.propose(toDrain(['node-0002']));
    leader.run(1);
    leader.cluster.faults.loseLease();
    leader.run(10);
    const led = [leader, standby].map((world) => leadership(world).at(-1)?.payload);
    expect(led).to.deep.equal([{ leading: false }, { leading: false }]);
    expect(leader.events('moveFinished')).to.deep.equal([]);
    leader.cluster.faults.returnLease();
    leader.run(30);
    const finished = [leader, standby].flatMap((world) => world.events('planFinished'));
    expect(finished).to.have.length(1);
  });

  it('stand alone without a candidacy, and say nothing of it', () => {
    const world = new World();
    world.run(1);
    expect(leadership(world)).to.deep.equal([]);
    expect(world.controller.snapshot()).not.to.have.property('leading');
  });
});

describe('a mesh controller whose cluster is taken out of service', () => {
  it('says so, and nothing after it', () => {
    const world = new World();
    world.controller.propose(toDrain(['node-0002']));
    world.run(1);
    world.controller.decommission();
    world.run(10);
    expect(world.emitted.at(-1)).to.deep.include({ event: 'decommissioned', at: 60 });
  });
});
