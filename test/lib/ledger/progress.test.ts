import { expect } from 'chai';
import type { RestoredPlan } from '../../../lib/intake/restored-facts.js';
import { SavedWorld } from '../../support/saved-world.js';

const NOTHING = new Set<string>();

function setUp() {
  const world = new SavedWorld();
  world.tell('planCreated', { planId: 'p', shards: 9 });
  world.tell('stateChanged', { planId: 'p', to: 'rebalancing' });
  world.clock.advance(60);
  world.start('s1');
  world.finish('s1');
  return world;
}

function restored(progressAt: number): RestoredPlan {
  const nothing = { workMillis: undefined, heldMillis: undefined, holds: [], decisions: {} };
  return { event: 'planRestored', planId: 'p', progressAt, ...nothing };
}

describe('The progress of a plan', () => {
  it('is not made by a shard that was on its way back when the process died', () => {
    const world = setUp();
    const progressAt = world.clock.now;
    world.clock.advance(60);
    world.start('s1');
    world.crash(() => {});
    // The snapshot tells of no moves.
    world.ledger.endSnapshot({ listsPlans: true, withDrains: NOTHING, withMoves: new Set(['p']) });
    expect(world.ledger.plans.get('p')?.shardsMoving).to.equal(0);
    world.start('s1');
    world.finish('s1');
    expect(world.ledger.plans.get('p')?.progressAt).to.equal(progressAt);
    world.start('s2');
    world.finish('s2');
    expect(world.ledger.plans.get('p')?.progressAt).to.equal(world.clock.now);
  });

  it('is what was seen of it, whatever the next process thinks of the time before it', () => {
    const world = setUp();
    const progressAt = world.clock.now;
    world.clock.advance(300);
    const lostAt = world.clock.now;
    world.crash(() => {});
    world.ledger.restore(restored(lostAt), world.clock.now);
    expect(world.ledger.plans.get('p')?.progressAt).to.equal(progressAt);
    world.ledger.restore(restored(lostAt + 1), world.clock.now);
    expect(world.ledger.plans.get('p')?.progressAt, 'while nobody looked').to.equal(lostAt + 1);
  });

  it('is not made by a second attempt at a drain that reaches what the first had reached', () => {
    const world = setUp();
    const plan = world.ledger.plans.get('p');
    const drain = (payload: object) => world.tell('drainProgressed', { planId: 'p', node: 'n', ...payload });
    const progressAt = () => {
      const drain = plan?.drains.get('n');
      return drain && plan?.drainProgressAt(drain);
    };
    world.tell('drainStarted', { planId: 'p', node: 'n', shards: 10 });
    world.clock.advance(60);
    drain({ shardsRemaining: 8 });
    const reachedAt = world.clock.now;
    world.clock.advance(60);
    drain({ shardsRemaining: 9 });
    world.tell('drainFinished', { planId: 'p', node: 'n', outcome: 'failed' });
    world.tell('drainStarted', { planId: 'p', node: 'n', shards: 9 });
    drain({ shards: 10, shardsRemaining: 10 });
    drain({ shardsRemaining: 8 });
    expect(progressAt()).to.equal(reachedAt);
    drain({ shardsRemaining: 7 });
    expect(progressAt()).to.equal(world.clock.now);
  });
});
