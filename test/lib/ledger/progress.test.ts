import { expect } from 'chai';
import type { RestoredPlan } from '../../../lib/intake/restored-facts.js';
import { advance, reachesLess } from '../../../lib/ledger/progress.js';
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
  const told = { tellsState: false, waits: false };
  const nothing = { ...told, workMillis: undefined, heldMillis: undefined, holds: [], decisions: {} };
  return { event: 'planRestored', planId: 'p', progressAt, ...nothing };
}

/** A drain that has come to 8 of 10 shards, gone back, and failed. */
function drained() {
  const world = setUp();
  const plan = world.ledger.plans.get('p');
  const drain = (payload: object) => world.tell('drainProgressed', { planId: 'p', node: 'n', ...payload });
  const progressAt = () => {
    const known = plan?.drains.get('n');
    return known && plan?.drainProgressAt(known);
  };
  world.tell('drainStarted', { planId: 'p', node: 'n', shards: 10 });
  world.clock.advance(60);
  drain({ shardsRemaining: 8 });
  const reachedAt = world.clock.now;
  world.clock.advance(60);
  drain({ shardsRemaining: 9 });
  world.tell('drainFinished', { planId: 'p', node: 'n', outcome: 'failed' });
  return { world, drain, progressAt, reachedAt };
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

  it('is not made by a shard that had come back and stayed when the process died', () => {
    const world = setUp();
    const progressAt = world.clock.now;
    world.clock.advance(60);
    world.start('s1');
    world.tell('moveFinished', { planId: 'p', shard: 's1', outcome: 'failed' });
    world.crash(() => {});
    world.start('s1');
    world.finish('s1');
    expect(world.ledger.plans.get('p')?.progressAt).to.equal(progressAt);
  });

  it('is what was seen of it, whatever the next process thinks of the time before it', () => {
    const world = setUp();
    const progressAt = world.clock.now;
    world.ledger.restore(restored(progressAt - 1), world.clock.now);
    expect(world.ledger.plans.get('p')?.progressAt, 'more has been seen').to.equal(progressAt);
    world.clock.advance(300);
    const lostAt = world.clock.now;
    world.crash(() => {});
    world.ledger.restore(restored(lostAt), world.clock.now);
    expect(world.ledger.plans.get('p')?.progressAt).to.equal(progressAt);
    world.ledger.restore(restored(lostAt + 1), world.clock.now);
    expect(world.ledger.plans.get('p')?.progressAt, 'while nobody looked').to.equal(lostAt + 1);
  });

  it('is not made by a second attempt at a drain that reaches what the first had reached', () => {
    for (const shards of [9, 8]) {
      const { world, drain, progressAt, reachedAt } = drained();
      world.tell('drainStarted', { planId: 'p', node: 'n', shards });
      drain({ shards: 10, shardsRemaining: 10 });
      drain({ shardsRemaining: 8 });
      expect(progressAt()).to.equal(reachedAt);
      drain({ shardsRemaining: 7 });
      expect(progressAt()).to.equal(world.clock.now);
    }
  });

  it('is what a second attempt at a drain reaches that has grown from fewer than the first had left', () => {
    const { world, drain, progressAt, reachedAt } = drained();
    world.tell('drainStarted', { planId: 'p', node: 'n', shards: 5 });
    drain({ shards: 7, shardsRemaining: 7 });
    expect(progressAt()).to.equal(reachedAt);
    drain({ shardsRemaining: 6 });
    expect(progressAt()).to.equal(world.clock.now);
  });

  it('is less left than ever before, where what it has grown by is left too', () => {
    const cases: [shards: number, remaining: number, isLess: boolean, most: number, fewest: number][] = [
      [10, 7, true, 10, 7],
      [10, 8, false, 10, 8],
      [12, 9, true, 12, 9],
      [12, 10, false, 12, 10],
      [9, 7, true, 10, 7],
    ];
    for (const [shards, remaining, isLess, most, fewest] of cases) {
      const progress = { at: undefined, most: 10, fewest: 8 };
      expect(reachesLess(progress, shards, remaining), `${remaining} of ${shards}`).to.equal(isLess);
      expect(progress).to.include({ most, fewest });
    }
  });

  it('is at the latest time that is told, unless that lies ahead', () => {
    const cases: [before: number | undefined, told: number, at: number][] = [
      [undefined, 5, 5],
      [3, 5, 5],
      [5, 3, 5],
      [9, 3, 9],
      [10, 3, 3],
    ];
    for (const [before, told, at] of cases) {
      const progress = { at: before, most: 0, fewest: 0 };
      advance(progress, told, 9);
      expect(progress.at).to.equal(at);
    }
  });
});
