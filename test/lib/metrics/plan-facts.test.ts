import { expect } from 'chai';
import { sampleValue, select } from '../../support/exposition.js';
import { PlanWorld } from '../../support/plan-world.js';

describe('the progress of a plan', () => {
  it('is absent before its work has begun, and begins with it', async () => {
    const world = new PlanWorld();
    world.controller.tell('planCreated', { planId: 'p', shards: 4 });
    world.at(5);
    expect((await world.sees()).progress).to.equal(undefined);
    world.controller.tell('stateChanged', { planId: 'p', to: 'draining' });
    world.at(9).controller.tell('stateChanged', { planId: 'p', to: 'rebalancing' });
    expect((await world.sees()).progress, 'from one state of work to the other').to.equal(5);
    world.at(20).controller.tell('stateChanged', { planId: 'p', to: 'rebalancePending' });
    world.at(30).controller.tell('stateChanged', { planId: 'p', to: 'draining' });
    expect((await world.sees()).progress, 'after it had to wait once more').to.equal(30);
    for (const minute of [40, 60, 80]) {
      world.at(minute).controller.tell('stateChanged', { planId: 'p', to: 'rebalancePending' });
      world.at(minute + 1).controller.tell('stateChanged', { planId: 'p', to: 'draining' });
      expect((await world.sees()).progress, 'which comes to nothing').to.equal(minute === 40 ? 41 : 5);
    }
  });

  it('is the move of a shard that had not been moved before, of the plan and of its drain', async () => {
    const world = new PlanWorld();
    world.begin();
    for (const [minute, shard] of [
      [10, 's1'],
      [20, 's2'],
    ] as const) {
      world.startMove(shard);
      world.at(minute).endMove(shard);
      expect(await world.sees()).to.include({ progress: minute, drainProgress: minute });
    }
  });

  it('is no start, no failure, no growth, and no shard that comes back', async () => {
    const world = new PlanWorld();
    world.begin();
    world.startMove('s1');
    world.at(1).endMove('s1');
    for (let minute = 20; minute <= 180; minute += 20) {
      world.at(minute).startMove('s2');
      world.startMove('s1');
      world.at(minute + 5).endMove('s2', 'failed');
      world.endMove('s1', minute % 40 === 0 ? 'failed' : 'completed');
      world.controller.tell('planCreated', { planId: 'p', shards: 10 + minute });
    }
    expect(await world.sees()).to.include({ progress: 1, drainProgress: 1 });
  });

  it('is fewer left than ever before, and not 9, 8, 9, 8', async () => {
    const world = new PlanWorld();
    world.begin();
    for (let minute = 10; minute <= 180; minute += 10) world.at(minute).left(minute % 20 === 0 ? 8 : 9);
    expect(await world.sees()).to.include({ progress: 20, drainProgress: 20, left: 8 });
    world.at(190).left(7);
    expect(await world.sees()).to.include({ progress: 190, drainProgress: 190 });
  });

  it('counts fewer than ever before after the plan has grown, and growth itself never', async () => {
    const world = new PlanWorld();
    world.begin();
    world.at(10).left(6);
    for (let minute = 20; minute <= 180; minute += 20) world.at(minute).left(6 + minute / 20, 10 + minute / 20);
    expect(await world.sees()).to.include({ progress: 10, drainProgress: 10, left: 15, shards: 19 });
    world.at(190).left(14);
    expect(await world.sees()).to.include({ progress: 190, drainProgress: 190 });
    for (let minute = 200; minute <= 300; minute += 20) {
      world.at(minute).left(13, 18);
      world.at(minute + 10).left(14, 19);
    }
    expect((await world.sees()).progress, 'smaller and as large as before').to.equal(200);
  });

  it('is kept in time when the clock is set back', async () => {
    const world = new PlanWorld();
    world.at(600).begin();
    world.startMove('s1');
    world.at(30).endMove('s1');
    expect((await world.sees()).progress).to.equal(30);
  });

  it('of a drain begins anew when its turn comes, and shows its moves in flight', async () => {
    const world = new PlanWorld();
    world.begin('p', 2, 'a');
    world.controller.tell('drainStarted', { planId: 'p', node: 'b', shards: 2 });
    expect((await world.sees('p', 'b')).drainMoving).to.equal(0);
    world.at(90).startMove('s1', 'p', 'b');
    expect(await world.sees('p', 'b')).to.include({ drainMoving: 1, drainProgress: 90, oldestMove: 90 });
    world.at(95).endMove('s1', 'failed');
    world.at(100).startMove('s1', 'p', 'b');
    expect((await world.sees('p', 'b')).drainProgress, 'another try').to.equal(90);
    expect(await world.sees('p', 'a')).to.include({ drainMoving: 0, drainProgress: 0 });
  });

  it('of a drain is no other attempt at it', async () => {
    const world = new PlanWorld();
    world.begin();
    world.at(10).left(8);
    for (let minute = 30; minute <= 180; minute += 30) {
      world.at(minute).controller.tell('drainFinished', { planId: 'p', node: 'a', outcome: 'failed', errorType: 'io' });
      world.controller.tell('drainStarted', { planId: 'p', node: 'a', shards: 10 });
      world.left(8);
    }
    expect(await world.sees()).to.include({ progress: 10, drainProgress: 10, left: 8 });
    world.at(200).left(0);
    world.controller.tell('drainFinished', { planId: 'p', node: 'a', outcome: 'completed' });
    world.at(220).controller.tell('drainStarted', { planId: 'p', node: 'a', shards: 4 });
    expect(await world.sees(), 'it had ended').to.include({ progress: 200, drainProgress: 220 });
  });

  it('stays as it was when the plan has ended', async () => {
    const world = new PlanWorld();
    world.begin();
    world.startMove('s1');
    world.at(7).endMove('s1');
    world.at(9).controller.tell('planFinished', { planId: 'p', outcome: 'cancelled' });
    world.at(11);
    expect(await world.sees()).to.include({ progress: 7, drainProgress: 7, oldestMove: undefined, drainMoving: 0 });
    const state = { plan_id: 'p', state: 'steady' };
    const samples = await world.sdk.scrape();
    expect(sampleValue(samples, 'mesh_rebalance_state', state)).to.equal(1);
    const ended = select(samples, 'mesh_rebalance_plan_ended_timestamp_seconds');
    expect(ended.map(({ labels }) => labels['outcome'])).to.deep.equal(['cancelled']);
    expect(ended[0]?.value).to.equal(world.at(9).clock.now / 1000);
  });
});

describe('what holds a plan', () => {
  it('is its approval, which is no work', async () => {
    const world = new PlanWorld();
    world.controller.tell('planCreated', { planId: 'p', shards: 4 });
    world.at(5).controller.tell('approvalRequested', { planId: 'p' });
    world.at(65);
    expect(await world.sees()).to.deep.include({ held: ['approval'], heldSince: 5, work: 5, heldFor: 0, total: 65 });
    world.controller.tell('approvalDecided', { planId: 'p', decision: 'approved' });
    world.at(70);
    const seen = await world.sees();
    expect(seen).to.deep.include({ held: [], heldSince: undefined, work: 10, heldFor: 0, approval: 60, progress: 65 });
  });

  it('is left by an approval only where nothing else holds it, at the time of the decision and now', async () => {
    for (const [minute, decidedAt, progress] of [
      [20, 20, 20],
      // The hold that its approval left: should it lapse, the plan has stood still since then.
      [20, 8, 6],
      [13, 17, 6],
    ] as const) {
      const world = new PlanWorld();
      world.controller.tell('planCreated', { planId: 'p', shards: 4 });
      world.controller.tell('approvalRequested', { planId: 'p' });
      world.at(6).trip('incident');
      world.at(decidedAt);
      const decided = { planId: 'p', decision: 'approved', time: world.clock.now } as const;
      world.at(minute).controller.tell('approvalDecided', decided);
      expect((await world.sees()).progress, `decided at ${decidedAt}, told at ${minute}`).to.equal(progress);
    }
    const world = new PlanWorld();
    world.controller.tell('planCreated', { planId: 'rejected', shards: 4 });
    world.controller.tell('approvalRequested', { planId: 'rejected' });
    world.controller.tell('approvalDecided', { planId: 'rejected', decision: 'rejected' });
    expect((await world.sees('rejected')).progress).to.equal(undefined);
  });

  it('is left by any decision of a plan that is at work, whose end is none', async () => {
    const world = new PlanWorld();
    world.begin();
    for (const [minute, decision] of [
      [10, 'expired'],
      [20, 'rejected'],
    ] as const) {
      world.at(minute).controller.tell('approvalRequested', { planId: 'p' });
      world.at(minute + 3).controller.tell('approvalDecided', { planId: 'p', decision });
      expect((await world.sees()).progress, decision).to.equal(minute + 3);
    }
    world.at(30).controller.tell('approvalRequested', { planId: 'p' });
    world.at(40).controller.tell('planFinished', { planId: 'p', outcome: 'cancelled' });
    expect((await world.sees()).progress).to.equal(23);
  });

  it('is left by an approval that nobody has seen asked for, unless the plan is at work', async () => {
    const world = new PlanWorld();
    for (const planId of ['new', 'at work']) world.controller.tell('planCreated', { planId, shards: 4 });
    world.at(2).controller.tell('drainStarted', { planId: 'at work', node: 'a', shards: 4 });
    world.at(5);
    for (const planId of ['new', 'at work']) {
      world.controller.tell('approvalDecided', { planId, decision: 'approved' });
      expect((await world.sees(planId)).progress, planId).to.equal(planId === 'new' ? 5 : 2);
    }
  });

  it('is left by an approval of which only a snapshot knows, for a plan that has yet to begin', async () => {
    for (const [approved, progressAt, progress] of [
      [1, undefined, 300],
      [1, 290, 290],
      [0, undefined, undefined],
    ] as const) {
      const world = new PlanWorld({}, (controller, start) => {
        const time = start + 280 * 60_000;
        const reached = progressAt && start + progressAt * 60_000;
        controller.snapshot = () => ({
          plans: [{ planId: 'p', shards: 4, time, progressAt: reached, decisions: { approved } }],
        });
      });
      expect((await world.sees()).progress, `${approved} approved, progress at ${progressAt}`).to.equal(progress);
      // It is asked for the snapshot again, which tells nothing new.
      world.at(310).controller.tell('leadershipChanged', { leading: true });
      expect((await world.sees()).progress).to.equal(progress);
    }
  });

  it('is left by an approval for good where it has lapsed', async () => {
    const world = new PlanWorld();
    world.controller.tell('planCreated', { planId: 'p', shards: 4 });
    world.controller.tell('approvalRequested', { planId: 'p' });
    world.at(6).trip('cooldown');
    world.at(187).controller.tell('approvalDecided', { planId: 'p', decision: 'approved' });
    world.at(189).trip('cooldown');
    expect(await world.sees()).to.include({ progress: 187, heldSince: 189 });
  });

  it('is no progress where it ends for a plan that waits to be approved, or to be looked into', async () => {
    const world = new PlanWorld();
    for (const planId of ['created', 'looked into', 'expired']) {
      world.controller.tell('planCreated', { planId, shards: 4 });
    }
    world.controller.tell('stateChanged', { planId: 'looked into', to: 'investigating' });
    world.controller.tell('approvalRequested', { planId: 'expired' });
    world.controller.tell('approvalDecided', { planId: 'expired', decision: 'expired' });
    world.at(3).controller.tell('paused', undefined);
    world.at(7).controller.tell('resumed', undefined);
    world.at(9).controller.tell('guardrailTripped', { guardrail: 'cooldown' });
    world.at(11).controller.tell('guardrailCleared', { guardrail: 'cooldown' });
    for (const planId of ['created', 'looked into', 'expired']) {
      expect((await world.sees(planId)).progress, planId).to.equal(undefined);
    }
  });

  it('is all that does, since the first of it', async () => {
    const world = new PlanWorld();
    world.controller.tell('planCreated', { planId: 'p', shards: 4 });
    world.at(1).controller.tell('paused', undefined);
    world.at(2).controller.tell('approvalRequested', { planId: 'p' });
    expect(await world.sees()).to.deep.include({ held: ['approval', 'paused'], heldSince: 1 });
    world.controller.tell('resumed', undefined);
    expect((await world.sees()).progress, 'it waits still').to.equal(undefined);
    world.at(3).controller.tell('paused', undefined);
    expect(await world.sees()).to.deep.include({ held: ['approval', 'paused'], heldSince: 2 });
  });

  it('is a pause: resumed, its clock starts anew', async () => {
    const world = new PlanWorld();
    world.begin();
    world.controller.tell('drainStarted', { planId: 'p', node: 'b', shards: 2 });
    world.at(10).controller.tell('drainFinished', { planId: 'p', node: 'b', outcome: 'failed' });
    world.at(20).controller.tell('paused', undefined);
    world.at(60);
    expect(await world.sees()).to.deep.include({ held: ['paused'], heldSince: 20, heldFor: 40, progress: 0 });
    world.controller.tell('resumed', undefined);
    world.startMove('s1');
    world.at(79);
    const seen = await world.sees();
    expect(seen).to.deep.include({ held: [], heldSince: undefined, heldFor: 40, work: 79, progress: 60 });
    expect(seen.drainProgress).to.equal(60);
    expect((await world.sees('p', 'b')).drainProgress, 'it had ended').to.equal(0);
  });

  it('is a pause for the plan that is created meanwhile, too', async () => {
    const world = new PlanWorld();
    world.controller.tell('paused', undefined);
    world.at(3).controller.tell('planCreated', { planId: 'p', shards: 4 });
    expect(await world.sees()).to.deep.include({ held: ['paused'], heldSince: 3 });
  });

  it('is a guardrail until it is cleared, which releases the plan', async () => {
    const world = new PlanWorld();
    world.begin();
    for (let minute = 10; minute <= 50; minute += 5) world.at(minute).trip('incident');
    expect(await world.sees()).to.deep.include({ held: ['incident'], heldSince: 10, heldFor: 40, progress: 0 });
    world.clear('incident');
    world.at(55);
    expect(await world.sees()).to.deep.include({ held: [], heldSince: undefined, heldFor: 40, progress: 50 });
  });

  it('is a guardrail until the plan goes on', async () => {
    const world = new PlanWorld();
    world.begin();
    world.startMove('s1');
    world.at(10).trip('minHealthyReplicas');
    world.at(12).endMove('s1');
    expect(await world.sees()).to.deep.include({ held: [], heldFor: 2, progress: 12 });
    world.at(14).clear('minHealthyReplicas');
    expect((await world.sees()).progress, 'the hold was over before').to.equal(12);
    expect(await world.invalid('out_of_order')).to.equal(0);
  });

  it('is a guardrail for 10 min; a trip before any progress goes on with the same hold and its beginning', async () => {
    const world = new PlanWorld();
    world.begin();
    world.at(20).trip('cooldown');
    world.at(29.9);
    expect((await world.sees()).held).to.deep.equal(['cooldown']);
    world.at(30);
    expect(await world.sees()).to.deep.include({ held: [], heldSince: undefined, heldFor: 10, progress: 0 });
    world.at(35);
    expect(await world.sees(), 'a lapse is no release').to.deep.include({ heldFor: 10, progress: 0 });
    for (let minute = 40; minute <= 200; minute += 20) world.at(minute).trip('cooldown');
    expect(await world.sees()).to.deep.include({ held: ['cooldown'], heldSince: 20, heldFor: 180, progress: 0 });
  });

  it('lapses after holdForMillis', async () => {
    const world = new PlanWorld({ holdForMillis: 60_000 });
    world.begin();
    world.trip('cooldown');
    world.at(0.9);
    expect((await world.sees()).held).to.deep.equal(['cooldown']);
    world.at(1);
    expect((await world.sees()).held).to.deep.equal([]);
  });

  it('is held without a break while one reason gives way to the next', async () => {
    const world = new PlanWorld();
    world.begin();
    world.at(10).controller.tell('paused', undefined);
    world.at(20).trip('incident');
    world.at(25).controller.tell('resumed', undefined);
    world.at(29);
    expect(await world.sees()).to.deep.include({ held: ['incident'], heldSince: 10, heldFor: 19, progress: 0 });
    world.clear('incident');
    expect(await world.sees()).to.deep.include({ held: [], heldFor: 19, progress: 29 });
  });

  it('is one hold from the third on, where it ends again and again and no shard moves in between', async () => {
    const world = new PlanWorld();
    world.begin();
    const tripUntilCleared = async (minute: number, progress: number, heldSince: number) => {
      world.at(minute).trip('cooldown');
      world.at(minute + 2);
      expect(await world.sees(), `held in minute ${minute}`).to.deep.include({ progress, heldSince });
      world.clear('cooldown');
    };
    await tripUntilCleared(10, 0, 10);
    await tripUntilCleared(30, 12, 30);
    expect((await world.sees()).progress, 'released twice').to.equal(32);
    for (const minute of [50, 70]) {
      await tripUntilCleared(minute, 0, 10);
      expect(await world.sees()).to.include({ progress: 0, heldSince: undefined, heldFor: (minute + 30) / 10 - 2 });
    }
    world.at(80).startMove('s1');
    world.at(85).endMove('s1');
    await tripUntilCleared(90, 85, 90);
    expect((await world.sees()).progress, 'the first since a shard has moved').to.equal(92);
  });

  it('is none where a move of the plan fails while others of it are under way', async () => {
    const world = new PlanWorld();
    world.begin();
    for (const shard of ['s1', 's2']) world.startMove(shard);
    for (const minute of [10, 30]) {
      world.at(minute).trip('cooldown');
      world.at(minute + 2).clear('cooldown');
    }
    world.at(35).endMove('s1', 'failed');
    expect((await world.sees()).progress).to.equal(32);
  });

  it('is a release once, where a pause ends while the plan waits for approval', async () => {
    const world = new PlanWorld();
    world.begin();
    const { controller } = world;
    world.at(10).controller.tell('paused', undefined);
    controller.tell('approvalRequested', { planId: 'p' });
    world.at(20).controller.tell('resumed', undefined);
    world.at(25).controller.tell('approvalDecided', { planId: 'p', decision: 'approved' });
    world.at(30).controller.tell('paused', undefined);
    world.at(40).controller.tell('resumed', undefined);
    expect((await world.sees()).progress, 'the second').to.equal(40);
  });

  it('is over with a pause for a plan that was approved, and has not begun', async () => {
    const world = new PlanWorld();
    world.controller.tell('planCreated', { planId: 'p', shards: 4 });
    world.at(5).controller.tell('approvalDecided', { planId: 'p', decision: 'approved' });
    world.at(10).controller.tell('paused', undefined);
    world.at(20).controller.tell('resumed', undefined);
    expect((await world.sees()).progress).to.equal(20);
  });

  it('is another one where nothing had held the plan for an hour', async () => {
    for (const [minute, heldSince] of [
      [92, 10],
      [93, 93],
    ] as const) {
      const world = new PlanWorld();
      world.begin();
      for (const held of [10, 30]) {
        world.at(held).trip('cooldown');
        world.at(held + 2).clear('cooldown');
      }
      world.at(minute).trip('cooldown');
      const progress = heldSince === 10 ? 0 : 32;
      expect(await world.sees(), `held in minute ${minute}`).to.deep.include({ progress, heldSince });
      world.at(95).clear('cooldown');
      expect((await world.sees()).progress).to.equal(heldSince === 10 ? 0 : 95);
      // However many there have been.
      world.at(156).trip('cooldown');
      expect(await world.sees()).to.deep.include({ progress: heldSince === 10 ? 0 : 95, heldSince: 156 });
      world.at(157).clear('cooldown');
      expect((await world.sees()).progress).to.equal(157);
    }
  });

  it('is its approval: the third without a moved shard in between is no progress, whatever states it leads to', async () => {
    for (const withStates of [false, true]) {
      const world = new PlanWorld();
      const enter = (to: 'draining' | 'rebalancePending') => {
        if (withStates) world.controller.tell('stateChanged', { planId: 'p', to });
      };
      const isApproved = async (minute: number, progress: number) => {
        world.at(minute);
        enter('rebalancePending');
        world.controller.tell('approvalRequested', { planId: 'p' });
        world.at(minute + 3);
        expect(await world.sees(), 'no work').to.deep.include({ held: ['approval'], progress: undefined });
        world.controller.tell('approvalDecided', { planId: 'p', decision: 'approved' });
        enter('draining');
        expect(await world.sees(), `asked in minute ${minute}`).to.deep.include({ held: [], progress });
      };
      world.begin();
      await isApproved(20, 23);
      await isApproved(40, 43);
      await isApproved(60, 0);
      world.at(64).startMove('s1');
      world.at(66).endMove('s1');
      await isApproved(70, 73);
    }
  });

  it('is its approval, of which the first of a plan that never begins is what counts', async () => {
    const world = new PlanWorld();
    world.controller.tell('planCreated', { planId: 'p', shards: 4 });
    for (const [minute, progress] of [
      [10, 10],
      [30, 30],
      [50, 10],
    ] as const) {
      world.at(minute).controller.tell('approvalRequested', { planId: 'p' });
      world.controller.tell('approvalDecided', { planId: 'p', decision: 'approved' });
      expect((await world.sees()).progress, `in minute ${minute}`).to.equal(progress);
    }
  });

  it('is a guardrail of no plan in particular for every plan, until it is cleared for all or for one', async () => {
    const world = new PlanWorld();
    for (const planId of ['p', 'q']) world.begin(planId);
    world.controller.tell('guardrailTripped', { guardrail: 'incident' });
    world.at(5);
    world.clear('incident', 'q');
    expect((await world.sees('q')).held).to.deep.equal([]);
    expect((await world.sees('p')).held).to.deep.equal(['incident']);
    world.controller.tell('guardrailCleared', { guardrail: 'incident' });
    expect(await world.sees('p')).to.deep.include({ held: [], progress: 5 });
    expect(await world.invalid('out_of_order')).to.equal(0);
  });

  it('ends with the plan', async () => {
    const world = new PlanWorld();
    world.begin();
    world.trip('incident');
    world.controller.tell('paused', undefined);
    world.at(5).controller.tell('planFinished', { planId: 'p', outcome: 'failed', errorType: 'timeout' });
    world.at(8);
    expect(await world.sees()).to.deep.include({ held: [], heldSince: undefined, heldFor: 5, work: 5 });
  });

  describe('by slots that another plan holds', () => {
    it('follows from the policy and the moves under way', async () => {
      const world = new PlanWorld();
      world.controller.tell('policyChanged', { maxConcurrentMoves: 2 });
      for (const planId of ['holder', 'a', 'b', 'c', 'd', 'e', 'f']) world.begin(planId);
      world.at(1).startMove('s1', 'holder');
      world.startMove('s2', 'holder');
      world.at(300);
      for (const planId of ['a', 'f']) {
        const seen = await world.sees(planId);
        expect(seen).to.deep.include({ held: ['maxConcurrentMoves'], heldSince: 1, heldFor: 299, work: 300 });
      }
      expect(await world.sees('holder')).to.deep.include({ held: [], heldSince: undefined, heldFor: 0, progress: 0 });
    });

    it('has one beginning while the moves of the others give way to each other, and a release ends it', async () => {
      const world = new PlanWorld();
      world.controller.tell('policyChanged', { maxConcurrentMoves: 1 });
      world.begin('holder', 100);
      world.begin('p');
      for (let minute = 0; minute < 100; minute += 10) {
        world.at(minute).startMove(`s${minute}`, 'holder');
        world.at(minute + 9).endMove(`s${minute}`, 'completed', 'holder');
        expect(await world.sees(), 'no release yet').to.deep.include({ held: [], progress: 0 });
      }
      world.at(100).startMove('last', 'holder');
      world.at(105);
      expect(await world.sees()).to.deep.include({ held: ['maxConcurrentMoves'], heldSince: 0, heldFor: 95 });
      world.at(200).endMove('last', 'completed', 'holder');
      world.at(215);
      expect(await world.sees()).to.deep.include({ held: [], heldSince: undefined, progress: 200, drainProgress: 200 });
      world.startMove('p1');
      world.at(234);
      expect(await world.sees(), 'its first move has 30 min').to.include({ progress: 200, drainProgress: 215 });
    });

    it('is one hold with the pause that comes to it, and with those before', async () => {
      const world = new PlanWorld();
      world.controller.tell('policyChanged', { maxConcurrentMoves: 1 });
      world.begin();
      world.begin('holder', 10, 'b');
      for (const minute of [10, 30]) {
        world.at(minute).trip('cooldown');
        world.at(minute + 2).clear('cooldown');
      }
      world.at(80).startMove('s1', 'holder', 'b');
      world.at(95).controller.tell('paused', undefined);
      expect((await world.sees()).heldSince).to.equal(10);
    });

    it('is one hold for a plan that fails whenever its turn comes', async () => {
      const world = new PlanWorld();
      world.controller.tell('policyChanged', { maxConcurrentMoves: 1 });
      world.begin();
      world.begin('holder', 10, 'b');
      for (let minute = 0; minute < 80; minute += 20) {
        world.at(minute).startMove('s1', 'holder', 'b');
        world.at(minute + 10).endMove('s1', minute > 0 ? 'failed' : 'completed', 'holder');
        world.startMove('s1');
        world.at(minute + 19.9).endMove('s1', 'failed');
      }
      world.at(80).startMove('s1', 'holder', 'b');
      expect(await world.sees()).to.deep.include({ held: ['maxConcurrentMoves'], heldSince: 0, progress: 0 });
    });

    it('is not the slot that its own move has left', async () => {
      const world = new PlanWorld();
      world.controller.tell('policyChanged', { maxConcurrentMoves: 1 });
      world.begin();
      world.startMove('s1');
      world.at(9).endMove('s1', 'failed');
      expect(await world.sees()).to.deep.include({ progress: 0, drainProgress: 0, heldFor: 0 });
      world.at(12).startMove('s1');
      world.at(20);
      expect(await world.sees()).to.deep.include({ progress: 0, drainProgress: 0, held: [], heldFor: 0 });
    });

    it('is over when it gets one, though none was free, and does not matter where it is not at work', async () => {
      const world = new PlanWorld();
      world.controller.tell('policyChanged', { maxConcurrentMoves: 1 });
      for (const planId of ['holder', 'p']) world.begin(planId);
      world.controller.tell('planCreated', { planId: 'looks', shards: 9, state: 'investigating' });
      world.controller.tell('drainStarted', { planId: 'looks', node: 'a', shards: 9 });
      world.startMove('s1', 'holder');
      world.at(20).startMove('s1');
      world.startMove('s1', 'looks');
      expect(await world.sees()).to.include({ progress: 20, heldFor: 20 });
      expect((await world.sees('looks')).progress).to.equal(0);
    });

    it('begins the turn of a drain anew that had to leave it to another plan', async () => {
      const world = new PlanWorld();
      world.controller.tell('policyChanged', { maxConcurrentMoves: 1 });
      for (const planId of ['holder', 'p']) world.begin(planId);
      world.startMove('s1');
      world.at(5).endMove('s1', 'failed');
      world.at(6).startMove('s1', 'holder');
      world.at(50).endMove('s1', 'completed', 'holder');
      world.at(60).startMove('s1');
      expect(await world.sees()).to.include({ progress: 50, drainProgress: 60 });
    });

    it('is not told of a plan by its own moves, whatever trips', async () => {
      const world = new PlanWorld();
      world.controller.tell('policyChanged', { maxConcurrentMoves: 2 });
      world.begin();
      world.startMove('s1');
      world.startMove('s2');
      for (let minute = 5; minute <= 60; minute += 5) world.at(minute).trip('maxConcurrentMoves');
      expect(await world.sees()).to.deep.include({ held: [], heldFor: 0, progress: 0 });
      world.clear('maxConcurrentMoves');
      expect(await world.invalid('out_of_order'), 'a clear of what was tripped').to.equal(0);
      expect(await world.invalid('limit')).to.equal(0);
    });

    it('is believed of a controller that has told no policy, until the plan gets its slot', async () => {
      const world = new PlanWorld();
      world.begin();
      for (let minute = 5; minute <= 60; minute += 5) world.at(minute).trip('maxConcurrentMoves');
      expect(await world.sees()).to.deep.include({ held: ['maxConcurrentMoves'], heldSince: 5 });
      world.at(62).startMove('s1');
      expect(await world.sees()).to.deep.include({ held: [], progress: 62, heldFor: 57 });
      world.trip('maxConcurrentMoves');
      expect((await world.sees()).held, 'whatever it does itself').to.deep.equal(['maxConcurrentMoves']);
    });

    it('is believed of a plan that has no move under way itself', async () => {
      const world = new PlanWorld();
      world.controller.tell('policyChanged', { maxConcurrentMoves: 2 });
      world.begin();
      world.trip('maxConcurrentMoves');
      expect((await world.sees()).held).to.deep.equal(['maxConcurrentMoves']);
    });

    it('is over for a plan whose work has not begun, too, when a slot is free', async () => {
      const world = new PlanWorld();
      world.controller.tell('policyChanged', { maxConcurrentMoves: 1 });
      world.controller.tell('planCreated', { planId: 'p', shards: 4 });
      world.controller.tell('approvalDecided', { planId: 'p', decision: 'approved' });
      world.begin('holder');
      world.startMove('s', 'holder');
      world.at(10).endMove('s', 'completed', 'holder');
      world.at(19);
      expect(await world.sees(), 'it may be a gap').to.deep.include({ held: [], progress: 0 });
      world.at(20);
      expect(await world.sees()).to.deep.include({ held: [], progress: 10 });
    });

    it('is waited for by a plan of which nobody has told how much it moves', async () => {
      const world = new PlanWorld();
      world.controller.tell('policyChanged', { maxConcurrentMoves: 1 });
      world.controller.tell('planCreated', { planId: 'p' });
      world.startMove('s1');
      world.at(4).endMove('s1');
      world.begin('holder', 10, 'b');
      world.startMove('s1', 'holder', 'b');
      expect((await world.sees()).held).to.deep.equal(['maxConcurrentMoves']);
      world.controller.tell('planCreated', { planId: 'p', shards: 1 });
      expect((await world.sees()).held, 'that it has moved all').to.deep.equal([]);
    });

    it('is nothing for a plan that has none left to move, waits for approval, or has ended', async () => {
      const world = new PlanWorld();
      world.controller.tell('policyChanged', { maxConcurrentMoves: 1 });
      world.begin('holder');
      world.startMove('s', 'holder');
      world.begin('done', 1);
      world.left(0, undefined, 'done');
      world.controller.tell('planCreated', { planId: 'asks', shards: 3 });
      world.controller.tell('approvalRequested', { planId: 'asks' });
      world.begin('again');
      world.controller.tell('approvalRequested', { planId: 'again' });
      world.begin('ended');
      world.controller.tell('planFinished', { planId: 'ended', outcome: 'cancelled' });
      world.at(10);
      expect((await world.sees('done')).held).to.deep.equal([]);
      expect((await world.sees('asks')).held).to.deep.equal(['approval']);
      expect((await world.sees('again')).held).to.deep.equal(['approval']);
      expect((await world.sees('ended')).held).to.deep.equal([]);
    });
  });

  it('stands in at most four series, whatever trips: three by name and the rest', async () => {
    const world = new PlanWorld();
    world.begin();
    world.controller.tell('paused', undefined);
    for (let i = 0; i < 2_000; i += 1) world.trip(`guardrail-${i}`);
    expect((await world.sees()).held).to.deep.equal(['paused', 'guardrail-0', 'guardrail-1', '_OTHER']);
    expect(await world.invalid('limit')).to.equal(2_000 - 16);
    world.at(11);
    expect((await world.sees()).held).to.deep.equal(['paused']);
  });

  it('takes a clear without a trip for a mistake, and counts it', async () => {
    const world = new PlanWorld();
    world.begin();
    world.clear('incident');
    world.controller.tell('guardrailCleared', { guardrail: 'cooldown' });
    expect(await world.invalid('out_of_order')).to.equal(2);
    world.trip('cooldown', 'never-created');
    world.clear('cooldown', 'never-created');
    world.controller.tell('guardrailTripped', { guardrail: 'cooldown' });
    world.controller.tell('guardrailCleared', { guardrail: 'cooldown' });
    expect(await world.invalid('out_of_order')).to.equal(2);
  });
});

describe('a plan that is created again before its end', () => {
  it('is as large as the last creation says, less what was moved', async () => {
    const world = new PlanWorld();
    world.controller.tell('planCreated', { planId: 'p', shards: 10 });
    world.controller.tell('drainStarted', { planId: 'p', node: 'a', shards: 10 });
    world.startMove('s1');
    world.endMove('s1');
    world.left(9);
    world.at(5).controller.tell('planCreated', { planId: 'p', shards: 4 });
    expect(await world.sees()).to.include({ shards: 4, left: 3, progress: 0 });
    world.startMove('s2');
    world.at(6).endMove('s2');
    expect(await world.sees()).to.include({ shards: 4, left: 2, progress: 6 });
  });

  it('makes progress by what it says is left, never by what it says there is', async () => {
    const world = new PlanWorld();
    world.begin('p', 10);
    const tell = (shards: number, shardsRemaining: number) =>
      world.controller.tell('planCreated', { planId: 'p', shards, shardsRemaining });
    for (const [minute, shards, left] of [
      [10, 10, 9],
      [20, 10, 9],
      [30, 11, 10],
      [40, 10, 9],
      [50, 5, 5],
    ] as const) {
      world.at(minute);
      tell(shards, left);
      expect((await world.sees()).left).to.equal(left);
    }
    expect((await world.sees()).progress).to.equal(10);
    world.at(60);
    tell(5, 4);
    expect(await world.sees()).to.include({ progress: 60, left: 4 });
  });

  it('counts from the last creation where more was moved before than it has', async () => {
    const world = new PlanWorld();
    world.controller.tell('planCreated', { planId: 'p', shards: 10 });
    for (const shard of ['1', '2', '3', '4', '5', '6']) {
      world.startMove(shard);
      world.endMove(shard);
    }
    world.controller.tell('planCreated', { planId: 'p', shards: 6 });
    expect(await world.sees(), 'as many as it has').to.include({ shards: 6, left: 0 });
    world.controller.tell('planCreated', { planId: 'p', shards: 4 });
    expect(await world.sees()).to.include({ shards: 4, left: 4 });
    world.controller.tell('planCreated', { planId: 'p', shards: 8, shardsRemaining: 3 });
    expect(await world.sees()).to.include({ shards: 8, left: 3 });
  });
});
