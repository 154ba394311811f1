import { expect } from 'chai';
import { SavedWorld } from '../../support/saved-world.js';

function setUp() {
  const world = new SavedWorld();
  world.tell('policyChanged', { maxConcurrentMoves: 1 });
  world.tell('planCreated', { planId: 'p', shards: 9 });
  world.tell('stateChanged', { planId: 'p', to: 'rebalancing' });
  return world;
}

describe('A journal whose lines come from different moments', () => {
  it('has the slots taken by the moves of the plans that were loaded, where a move has ended meanwhile', () => {
    const world = setUp();
    world.start('s1');
    world.crash(() => world.finish('s1'));
    expect([world.ledger.slots.moving, world.ledger.slots.full]).to.deep.equal([1, true]);
    expect(world.ledger.slots.millis(world.clock.now), 'full since the last that is known').to.equal(60_000);
    world.finish('s1');
    expect(world.ledger.slots.moving).to.equal(0);
    // What was loaded is saved anew, and can be read.
    world.crash(() => {});
    expect([world.ledger.slots.moving, world.ledger.slots.full]).to.deep.equal([0, false]);
  });

  it('has free slots, where a move has begun meanwhile that nobody speaks of again', () => {
    const world = setUp();
    world.crash(() => world.start('s1'));
    expect([world.ledger.slots.moving, world.ledger.slots.full]).to.deep.equal([0, false]);
    expect(world.ledger.plans.get('p')?.heldReasons(world.clock.now), 'a limit that is not reached').to.deep.equal([]);
    world.start('s2');
    expect([world.ledger.slots.moving, world.ledger.slots.full]).to.deep.equal([1, true]);
  });

  it('has the slots taken by the moves of all plans, and given up with them', () => {
    const world = setUp();
    world.tell('planCreated', { planId: 'q', shards: 9 });
    world.start('s1');
    world.start('s1', 'q');
    world.start('s2', 'q');
    world.crash(() => world.finish('s1'));
    expect(world.ledger.slots.moving).to.equal(3);
    world.clock.advance(601);
    world.ledger.giveUp(world.clock.now);
    expect([world.ledger.slots.moving, world.ledger.slots.full]).to.deep.equal([0, false]);
  });

  it('has every plan paused where the cluster is, and none where it is not', () => {
    const world = setUp();
    const held = () => world.ledger.plans.get('p')?.held(world.clock.now);
    const pausedAt = world.clock.now;
    world.crash(() => world.tell('paused', {}));
    expect(held()).to.deep.equal([{ reason: 'paused', since: pausedAt }]);
    world.crash(() => world.tell('resumed', {}));
    expect(world.ledger.paused).to.equal(false);
    expect(held()).to.deep.equal([]);
    expect(world.ledger.plans.get('p')?.seconds('held', world.clock.now), 'up to the last that is known').to.equal(60);
  });

  it('takes the pause for the one that there was, of a plan that has got slots in spite of it and moved nothing', () => {
    const world = setUp();
    world.tell('planCreated', { planId: 'q', shards: 9 });
    const plan = () => world.ledger.plans.get('p');
    world.tell('paused', {});
    for (const shard of ['s1', 's2']) {
      world.start(shard, 'q');
      world.clock.advance(60);
      world.tell('moveFinished', { planId: 'q', shard, outcome: 'completed' });
      world.start(shard);
      if (shard === 's1') world.tell('moveFinished', { planId: 'p', shard, outcome: 'failed' });
    }
    const before = [plan()?.progressAt, plan()?.heldSince(world.clock.now)];
    world.crash(() => {});
    expect([plan()?.progressAt, plan()?.heldSince(world.clock.now)]).to.deep.equal(before);
    world.tell('paused', {});
    expect([plan()?.progressAt, plan()?.heldSince(world.clock.now)], 'told once more').to.deep.equal(before);
  });

  it('has a plan wait for slots after its last move as it would have', () => {
    const world = setUp();
    world.start('s1');
    world.crash(() => {});
    world.finish('s1');
    world.tell('planCreated', { planId: 'q', shards: 9 });
    world.start('s1', 'q');
    expect(world.ledger.plans.get('p')?.heldReasons(world.clock.now)).to.deep.equal(['maxConcurrentMoves']);
  });

  it('has as many shards as before where too many moved to be saved by name', () => {
    const world = new SavedWorld();
    world.tell('planCreated', { planId: 'p' });
    const move = (count: number, outcome: string, name: string) => {
      for (let i = 0; i < count; i += 1) {
        world.start(`${name}${i}`);
        world.tell('moveFinished', { planId: 'p', shard: `${name}${i}`, outcome, errorType: 'timeout' });
      }
    };
    move(2_100, 'completed', 'a');
    move(1_050, 'failed', 'a');
    move(1_070, 'failed', 'b');
    const plan = () => world.ledger.plans.get('p');
    const known = () => [plan()?.shards, plan()?.shardsRemaining];
    expect(known()).to.deep.equal([3_170, 2_120]);
    world.crash(() => {});
    expect([...known(), plan()?.rememberedMoves]).to.deep.equal([3_170, 2_120, 3_000]);
  });

  it('has a plan ended whose end had been told, also where its controller lists it once more', () => {
    const world = setUp();
    const { now: createdAt } = world.clock;
    world.tell('planFinished', { planId: 'p', outcome: 'completed' });
    world.crash(() => {});
    world.tell('planCreated', { planId: 'p', time: createdAt });
    expect(world.ledger.plans.get('p')?.live).to.equal(false);
    expect(world.problems).to.deep.equal(['out_of_order planCreated planId']);
    world.tell('planCreated', { planId: 'p', time: createdAt + 1 });
    expect(world.ledger.plans.get('p')?.live, 'another of its name').to.equal(true);
    expect(world.problems).to.have.length(1);
  });

  it('has the drains end of which a snapshot lists none, and the moves go on of which it says nothing', () => {
    const world = setUp();
    world.tell('drainStarted', { planId: 'p', node: 'a', shards: 9 });
    world.start('s1');
    world.crash(() => {});
    world.ledger.endSnapshot({ listsPlans: true, withDrains: new Set(['p']), withMoves: new Set() });
    const plan = world.ledger.plans.get('p');
    expect([plan?.openDrains(), plan?.shardsMoving]).to.deep.equal([[], 1]);
  });

  it('has the plans go on once it is told to lead, however often, and none where another leads', () => {
    for (const [leading, left] of [
      [true, 1],
      [false, 0],
    ] as const) {
      const world = setUp();
      world.tell('leadershipChanged', { leading: true });
      world.crash(() => {});
      expect([world.ledger.leading, world.ledger.plans.size]).to.deep.equal([false, 1]);
      for (let i = 0; i < 2; i += 1) world.tell('leadershipChanged', { leading });
      expect(world.ledger.plans.size).to.equal(left);
    }
  });

  it('has a plan held since the first of the holds between which nothing has moved', () => {
    const world = setUp();
    const beganAt = world.clock.now;
    for (let times = 0; times < 3; times += 1) {
      if (times > 0) world.tell('resumed', {});
      world.crash(() => {});
      world.tell('paused', {});
    }
    world.crash(() => {});
    const plan = world.ledger.plans.get('p');
    expect(plan?.progressAt).to.equal(beganAt);
    expect(plan?.heldSince(world.clock.now)).to.equal(beganAt + 60_000);
  });

  it('has a plan let go that was approved after its journal, as a snapshot says', () => {
    const world = new SavedWorld();
    world.tell('planCreated', { planId: 'p', shards: 9 });
    world.crash(() => {});
    const facts = { event: 'planRestored', planId: 'p', tellsState: false, waits: false, holds: [] } as const;
    const unknown = { workMillis: undefined, heldMillis: undefined, progressAt: undefined };
    world.ledger.restore({ ...facts, ...unknown, decisions: { approved: 1 } }, world.clock.now);
    expect(world.ledger.plans.get('p')?.progressAt).to.equal(world.clock.now);
  });

  it('has no plan of a process that led, once the next has not been told to lead for 10 min', () => {
    const world = setUp();
    world.tell('leadershipChanged', { leading: true });
    world.crash(() => {});
    world.clock.advance(599);
    world.ledger.giveUp(world.clock.now);
    expect(world.ledger.plans.size).to.equal(1);
    world.clock.advance(2);
    world.ledger.giveUp(world.clock.now);
    world.tell('leadershipChanged', { leading: true });
    expect(world.ledger.plans.size).to.equal(0);
  });

  it('has a drain that was given up go on once somebody speaks of it, until its end', () => {
    const world = setUp();
    world.tell('drainStarted', { planId: 'p', node: 'a', shards: 9 });
    world.crash(() => {});
    world.clock.advance(601);
    world.ledger.giveUp(world.clock.now);
    for (const shardsRemaining of [8, 7]) {
      world.tell('drainProgressed', { planId: 'p', node: 'a', shardsRemaining });
      world.clock.advance(10);
    }
    world.tell('drainFinished', { planId: 'p', node: 'a', outcome: 'completed' });
    world.clock.advance(100);
    expect(world.ledger.plans.get('p')?.seconds('drain', world.clock.now)).to.equal(20);
  });

  it('has an ended plan with the reason of its end', () => {
    const world = setUp();
    world.tell('planFinished', { planId: 'p', outcome: 'failed', errorType: 'timeout', error: 'too slow' });
    world.crash(() => {});
    const failure = { type: 'timeout', message: 'too slow', stack: undefined };
    expect(world.ledger.plans.get('p')?.ending).to.deep.equal({ outcome: 'failed', failure });
  });

  it('has a drain go on of whose moves somebody speaks', () => {
    const world = setUp();
    for (const node of ['a', 'b']) world.tell('drainStarted', { planId: 'p', node, shards: 9 });
    world.crash(() => {});
    world.tell('moveStarted', { planId: 'p', shard: 's1', source: 'a' });
    world.clock.advance(601);
    world.ledger.giveUp(world.clock.now);
    expect(
      world.ledger.plans
        .get('p')
        ?.openDrains()
        .map(({ node }) => node),
    ).to.deep.equal(['a']);
  });

  it('has a move go on whose start is told once more, and says so once', () => {
    const world = setUp();
    world.start('s1');
    world.crash(() => {});
    world.transitions.length = 0;
    for (let i = 0; i < 2; i += 1) world.start('s1');
    const plan = world.ledger.plans.get('p');
    const [step] = plan?.openMoves() ?? [];
    expect(world.transitions).to.deep.equal([{ type: 'stepResumed', at: world.clock.now, plan, step }]);
    expect(world.problems).to.deep.equal(['out_of_order moveStarted shard']);
  });
});
