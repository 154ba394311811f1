import { expect } from 'chai';
import { instrument, type MoveStarted, type PlanCreated } from '../../../lib/index.js';
import { TestClock } from '../../support/clock.js';
import { TestController } from '../../support/controller.js';
import { select } from '../../support/exposition.js';
import { TestSdk } from '../../support/sdk.js';

/** A controller whose moves are told one after the other, and when its plans are said to be done. */
class Rig {
  readonly sdk = new TestSdk();
  readonly clock = new TestClock();
  readonly controller = new TestController();
  #shards = 0;

  constructor(maxConcurrentMoves?: number) {
    instrument(this.controller, { ...this.sdk.options, clock: this.clock.read });
    if (maxConcurrentMoves !== undefined) this.controller.tell('policyChanged', { maxConcurrentMoves });
  }

  plan(facts: Omit<PlanCreated, 'planId'>, planId = 'plan-1'): void {
    this.controller.tell('planCreated', { planId, ...facts });
  }

  start(facts: Partial<MoveStarted> = {}): string {
    const shard = `s-${this.#shards++}`;
    this.controller.tell('moveStarted', { planId: 'plan-1', shard, ...facts });
    return shard;
  }

  finish(shard: string, planId = 'plan-1'): void {
    this.controller.tell('moveFinished', { planId, shard, outcome: 'completed' });
  }

  /** Moves so many shards, one after the other. */
  move(count: number, seconds: number, facts: Partial<MoveStarted> = {}): void {
    for (let moved = 0; moved < count; moved += 1) {
      const shard = this.start(facts);
      this.clock.advance(seconds);
      this.finish(shard, facts.planId);
    }
  }

  /** Seconds from now to the end that is estimated. */
  async left(plan_id = 'plan-1'): Promise<number | undefined> {
    const name = 'mesh_rebalance_plan_estimated_end_timestamp_seconds';
    const [sample] = select(await this.sdk.scrape(), name, { plan_id });
    return sample && Math.round(sample.value - this.clock.now / 1000);
  }
}

describe('mesh_rebalance_plan_estimated_end_timestamp_seconds', () => {
  it('is there from the first move that ended to the end of the plan', async () => {
    const rig = new Rig();
    rig.plan({ shards: 3 });
    expect(await rig.left()).to.equal(undefined);
    const first = rig.start();
    rig.clock.advance(100);
    expect(await rig.left()).to.equal(undefined);
    rig.finish(first);
    expect(await rig.left()).to.equal(200);
    rig.move(2, 100);
    expect(await rig.left()).to.equal(undefined);
    rig.controller.tell('planFinished', { planId: 'plan-1', outcome: 'completed' });
    expect(await rig.left()).to.equal(undefined);
  });

  it('stands still while the plan keeps its pace', async () => {
    const rig = new Rig();
    rig.plan({ shards: 10 });
    rig.move(4, 60);
    rig.start();
    for (const seconds of [360, 340, 320]) {
      expect(await rig.left()).to.equal(seconds);
      rig.clock.advance(20);
    }
  });

  it('counts moves that run side by side', async () => {
    const rig = new Rig();
    rig.plan({ shards: 12 });
    for (let round = 0; round < 2; round += 1) {
      const shards = [rig.start(), rig.start(), rig.start(), rig.start()];
      rig.clock.advance(60);
      for (const shard of shards) rig.finish(shard);
    }
    expect(await rig.left()).to.equal(60);
  });

  it('leaves the wait for approval and every hold out of the pace', async () => {
    const rig = new Rig();
    rig.plan({ shards: 8 });
    rig.controller.tell('approvalRequested', { planId: 'plan-1' });
    rig.clock.advance(7_200);
    rig.controller.tell('approvalDecided', { planId: 'plan-1', decision: 'approved' });
    rig.move(2, 60);
    rig.controller.tell('paused', undefined);
    rig.clock.advance(7_200);
    rig.controller.tell('resumed', undefined);
    rig.move(2, 60);
    expect(await rig.left()).to.equal(240);
  });

  it('is absent while the plan is held back, because nobody knows for how long, and comes with its release', async () => {
    const rig = new Rig();
    const { controller } = rig;
    rig.plan({ shards: 5 });
    rig.move(2, 60);
    const holds = [
      [() => controller.tell('paused', undefined), () => controller.tell('resumed', undefined)],
      [
        () => controller.tell('guardrailTripped', { guardrail: 'incident', planId: 'plan-1' }),
        () => controller.tell('guardrailCleared', { guardrail: 'incident', planId: 'plan-1' }),
      ],
      [
        () => controller.tell('approvalRequested', { planId: 'plan-1' }),
        () => controller.tell('approvalDecided', { planId: 'plan-1', decision: 'approved' }),
      ],
    ] as const;
    for (const [index, [hold, release]] of holds.entries()) {
      hold();
      expect(await rig.left()).to.equal(undefined);
      rig.clock.advance(300);
      release();
      expect(await rig.left()).to.equal(180 - 60 * index);
      // Without a moved shard in between the third release would be none.
      rig.move(1, 60);
    }
  });

  it('is absent when nothing has moved for longer than two moves take, and back with the next', async () => {
    const rig = new Rig();
    rig.plan({ shards: 10 });
    rig.move(3, 600);
    const late = rig.start();
    rig.clock.advance(1_200);
    expect(await rig.left(), 'late by 660').to.equal(660 + 6 * 600);
    rig.clock.advance(1);
    expect(await rig.left()).to.equal(undefined);
    rig.clock.advance(10_000);
    rig.finish(late);
    expect(await rig.left()).to.equal(3_600);
  });

  it('takes two minutes without progress for nothing, however short the moves are', async () => {
    const rig = new Rig();
    rig.plan({ shards: 10 });
    rig.move(2, 5);
    rig.clock.advance(120);
    expect(await rig.left()).to.equal(8 * 5);
    rig.clock.advance(1);
    expect(await rig.left()).to.equal(undefined);
  });

  it('expects of a move that is late what those took that were later still, or as much as it is late', async () => {
    const rig = new Rig();
    rig.plan({ shards: 10 });
    rig.move(4, 60);
    rig.move(1, 600);
    rig.start();
    rig.clock.advance(60);
    expect(await rig.left()).to.equal(540 + 4 * 60);
    rig.clock.advance(40);
    expect(await rig.left()).to.equal(500 + 4 * 60);
    rig.clock.advance(600);
    expect(await rig.left()).to.equal(700 - 0.9 * 600 + 4 * 60);
  });

  it('goes by the moves of all plans until the plan has five of its own', async () => {
    const rig = new Rig();
    for (const planId of ['plan-1', 'plan-2']) rig.plan({ shards: 10 }, planId);
    rig.move(5, 600, { planId: 'plan-2' });
    rig.move(4, 60);
    expect(await rig.left()).to.equal(6 * ((2 * 60 + 3 * 600) / 5));
    rig.move(1, 60);
    expect(await rig.left()).to.equal(5 * 60);
  });

  it('is not led astray by one move that took hours', async () => {
    const rig = new Rig();
    rig.plan({ shards: 20 });
    rig.move(5, 60);
    rig.move(1, 20_000);
    rig.move(4, 60);
    expect(await rig.left()).to.equal(600);
  });

  it('goes by bytes where the sizes are told', async () => {
    const rig = new Rig();
    rig.plan({ shards: 4, bytes: 1_000 });
    rig.move(1, 60, { bytes: 100 });
    expect(await rig.left()).to.equal(540);
    rig.start({ bytes: 700 });
    rig.clock.advance(20);
    expect(await rig.left()).to.equal(520);
    const unsized = new Rig();
    unsized.plan({ shards: 4, bytes: 1_000 });
    unsized.move(1, 60);
    expect(await unsized.left(), 'no move tells its size').to.equal(180);
    const other = new Rig();
    other.plan({ shards: 4, bytes: 100 });
    other.move(1, 60, { bytes: 150 });
    expect(await other.left(), 'more than there are').to.equal(0);
  });

  it('goes by bytes without those of the plan too, and by shards where a size is missing', async () => {
    const rig = new Rig();
    rig.plan({ shards: 4 });
    rig.move(1, 60, { bytes: 100 });
    const big = rig.start({ bytes: 500 });
    expect(await rig.left()).to.equal(300 + 2 * 180);
    rig.clock.advance(300);
    rig.finish(big);
    rig.start();
    expect(await rig.left()).to.equal(360);
  });

  it('waits in turn for the slots that other plans of the cluster use', async () => {
    const rig = new Rig(1);
    for (const planId of ['plan-1', 'plan-2']) rig.plan({ shards: 5 }, planId);
    for (let round = 0; round < 2; round += 1) {
      for (const planId of ['plan-1', 'plan-2']) rig.move(1, 60, { planId });
    }
    rig.start();
    expect(await rig.left('plan-1')).to.equal(5 * 60);
    expect(await rig.left('plan-2')).to.equal(6 * 60);
    rig.controller.tell('guardrailTripped', { planId: 'plan-2', guardrail: 'incident' });
    expect(await rig.left('plan-1'), 'nobody knows for how long the other is held').to.equal(3 * 60);
  });

  it('is there for a plan that waits for its turn, as long as the others go on', async () => {
    const rig = new Rig(1);
    rig.plan({ shards: 20 });
    rig.plan({ shards: 5 }, 'plan-2');
    rig.move(1, 60, { planId: 'plan-2' });
    rig.move(10, 60);
    rig.start();
    expect(await rig.left('plan-2')).to.equal(8 * 60);
    rig.clock.advance(121);
    expect(await rig.left('plan-2')).to.equal(undefined);
  });

  it('waits for no other plan where there are slots for both, or the other has not begun', async () => {
    for (const [slots, facts] of [
      [2, { state: 'rebalancing' }],
      [1, {}],
    ] as const) {
      const rig = new Rig(slots);
      rig.plan({ shards: 5 });
      rig.plan({ shards: 50, ...facts }, 'plan-2');
      rig.move(2, 60);
      expect(await rig.left()).to.equal(3 * 60);
    }
  });

  it('waits in turn with a plan of which no move has ended yet', async () => {
    const rig = new Rig(1);
    rig.plan({ shards: 3 });
    rig.plan({ shards: 3, state: 'rebalancing' }, 'plan-2');
    rig.move(1, 60);
    rig.start();
    expect(await rig.left('plan-1')).to.equal(3 * 60);
    expect(await rig.left('plan-2')).to.equal(undefined);
  });

  it('is made of what drains tell, where nothing is told of moves, whatever the other plans tell', async () => {
    const rig = new Rig(1);
    const drained = (shardsRemaining: number, seconds: number) => {
      rig.clock.advance(seconds);
      rig.controller.tell('drainProgressed', { planId: 'plan-1', node: 'node-a', shardsRemaining });
    };
    rig.plan({ shards: 10, bytes: 1_000 });
    rig.controller.tell('drainStarted', { planId: 'plan-1', node: 'node-a', shards: 10 });
    drained(8, 120);
    drained(6, 120);
    drained(5, 60);
    expect(await rig.left()).to.equal(300);
    rig.clock.advance(30);
    expect(await rig.left()).to.equal(270);
    rig.plan({ shards: 5, state: 'rebalancing' }, 'plan-2');
    expect(await rig.left(), 'of which nobody knows how long its moves take').to.equal(270);
    rig.plan({ shards: 1 }, 'plan-3');
    rig.move(1, 30, { planId: 'plan-3', bytes: 10 });
    drained(4, 0);
    rig.controller.tell('planFinished', { planId: 'plan-2', outcome: 'cancelled' });
    expect(await rig.left()).to.equal(240);
    rig.controller.tell('guardrailTripped', { planId: 'plan-1', guardrail: 'incident' });
    rig.plan({ shards: 3 }, 'plan-4');
    rig.move(1, 60, { planId: 'plan-4' });
    expect(await rig.left('plan-4'), 'the drain that is held takes no slot').to.equal(2 * 45);
  });

  it('is the end of its last move under way, whoever takes the slots then', async () => {
    const rig = new Rig(2);
    rig.plan({ shards: 2, bytes: 110 });
    rig.plan({ shards: 3 }, 'plan-2');
    rig.move(1, 100, { bytes: 100 });
    rig.start({ planId: 'plan-2', bytes: 100 });
    rig.clock.advance(50);
    rig.start({ bytes: 10 });
    expect(await rig.left()).to.equal(10);
    expect(await rig.left('plan-2'), 'none of its own has ended').to.equal(undefined);
  });

  it('lets moves begin as those under way end', async () => {
    const rig = new Rig();
    rig.plan({ shards: 6 });
    rig.move(1, 100);
    for (const seconds of [25, 25, 0]) {
      rig.start();
      rig.clock.advance(seconds);
    }
    expect(await rig.left()).to.equal(75 + 100);
    const big = new Rig();
    big.plan({ shards: 6, bytes: 800 });
    big.move(1, 60, { bytes: 60 });
    for (const bytes of [500, 60]) big.start({ bytes });
    expect(await big.left(), 'beside the big one').to.equal(500);
  });

  it('goes by shards where no move of the plan tells its size, though others do', async () => {
    const rig = new Rig();
    rig.plan({ shards: 4 });
    rig.plan({ shards: 4 }, 'plan-2');
    rig.move(1, 60, { planId: 'plan-2', bytes: 100 });
    rig.move(1, 60);
    expect(await rig.left()).to.equal(3 * 60);
  });

  it('waits for a move as long as its size may take', async () => {
    const rig = new Rig();
    rig.plan({ shards: 4 });
    rig.move(1, 600, { bytes: 10 });
    rig.clock.advance(1_200);
    expect(await rig.left()).to.equal(3 * 600);
    rig.clock.advance(1);
    expect(await rig.left()).to.equal(undefined);
    rig.start({ bytes: 100 });
    rig.clock.advance(7_000);
    expect(await rig.left(), 'late by 1,600').to.equal(1_600 + 2 * 3_300);
  });

  it('counts a failed move as none, and its shard as one that is left', async () => {
    const rig = new Rig();
    rig.plan({ shards: 4 });
    rig.move(2, 60);
    const shard = rig.start();
    rig.clock.advance(5);
    rig.controller.tell('moveFinished', { planId: 'plan-1', shard, outcome: 'failed', errorType: 'timeout' });
    expect(await rig.left()).to.equal(120);
  });

  it('of a plan with a million shards is as good', async () => {
    const rig = new Rig();
    rig.plan({ shards: 1_000_000 });
    for (let round = 0; round < 5; round += 1) {
      const shards = [rig.start(), rig.start()];
      rig.clock.advance(60);
      for (const shard of shards) rig.finish(shard);
    }
    expect(await rig.left()).to.be.closeTo((60 * 999_990) / 2, 60_000);
  });

  it('never lies in the past, whatever the clock does', async () => {
    const rig = new Rig();
    rig.plan({ shards: 9 });
    rig.move(2, 60);
    rig.start();
    for (const seconds of [-7_200, 7_230, -30]) {
      rig.clock.advance(seconds);
      expect((await rig.left()) ?? 0).to.be.at.least(0);
    }
  });
});
