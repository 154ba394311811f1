import { expect } from 'chai';
import { Holds } from '../../../lib/ledger/holds.js';
import { MoveSlots } from '../../../lib/ledger/move-slots.js';

const HOLD_FOR = 10;

function setUp() {
  const slots = new MoveSlots(HOLD_FOR);
  return { slots, holds: new Holds(slots, HOLD_FOR, 0) };
}

describe('Holds', () => {
  it('counts the time in which there was any reason once, and none during the wait for approval', () => {
    const { holds } = setUp();
    holds.pause(0, true);
    holds.trip('a', 5, true);
    holds.suspend(8);
    expect(holds.millis(100)).to.equal(8);
    holds.unsuspend(100);
    expect(holds.resume(104, 104, true)).to.equal(true);
    expect(holds.millis(200)).to.equal(12);
  });

  it('counts the time without a free slot only while the plan would use one', () => {
    const { slots, holds } = setUp();
    slots.setLimit(1, 0);
    slots.take(10);
    holds.wait(true, 15);
    holds.wait(true, 18);
    expect([holds.heldSince(20, true), holds.heldSince(20, false)]).to.deep.equal([15, undefined]);
    slots.free(30);
    expect(holds.slotsFreedAt).to.equal(30);
    slots.take(33);
    expect(holds.slotsFreedAt, 'taken again').to.equal(undefined);
    holds.wait(false, 40);
    slots.free(50);
    expect(holds.millis(60)).to.equal(15 + 7);
    expect(holds.slotsFreedAt).to.equal(undefined);
  });

  it('counts no time that is still to come, whenever a plan that no guardrail holds goes on', () => {
    const { holds } = setUp();
    holds.pause(0, true);
    holds.goOn(100);
    expect(holds.millis(50)).to.equal(50);
  });

  it('begins with the wait for a slot, with the last slot taken, or with what came before both', () => {
    const { slots, holds } = setUp();
    slots.setLimit(1, 0);
    holds.wait(true, 10);
    expect(holds.beganAt, 'a slot is free').to.equal(undefined);
    slots.take(15);
    expect(holds.beganAt).to.equal(15);
    holds.wait(false, 16);
    holds.wait(true, 20);
    expect(holds.beganAt).to.equal(20);
    const { slots: others, holds: paused } = setUp();
    others.setLimit(1, 0);
    paused.wait(true, 10);
    paused.pause(12, true);
    others.take(15);
    expect(paused.beganAt).to.equal(12);
  });

  it('counts slots that nobody frees while a guardrail lapses', () => {
    const { slots, holds } = setUp();
    slots.setLimit(1, 0);
    slots.take(0);
    holds.wait(true, 0);
    holds.trip('maxConcurrentMoves', 1, true);
    expect(holds.reasons(5, true)).to.deep.equal(['maxConcurrentMoves']);
    expect([holds.millis(50), holds.heldSince(50, true)]).to.deep.equal([50, 0]);
    holds.pause(60, true);
    expect(holds.heldSince(70, true), 'one reason after the other').to.equal(0);
    expect(holds.resume(70, 70, true), 'the slots still hold it').to.equal(false);
    expect(holds.millis(80)).to.equal(80);
  });

  it('is not held by a trip that lies ahead: the clock was set back', () => {
    const { holds } = setUp();
    holds.trip('a', 100_000, true);
    expect(holds.reasons(5, true)).to.deep.equal([]);
    expect(holds.millis(0)).to.equal(0);
  });

  it('stays held, with its beginning, when another hold ends at a time that is long past or ahead', () => {
    for (const at of [0, 40]) {
      const { holds } = setUp();
      holds.pause(15, true);
      holds.trip('a', 18, true);
      holds.trip('b', 20, true);
      expect(holds.clear('a', at, 21, true)).to.equal(false);
      expect(holds.resume(at, 21, true)).to.equal(false);
      expect([holds.reasons(21, true), holds.heldSince(21, true)]).to.deep.equal([['b'], 15]);
      expect(holds.clear('b', 22, 22, true)).to.equal(true);
    }
  });

  it('is released for good from guardrails that had lapsed, even when the clock is set back to their time', () => {
    const clear = setUp().holds;
    clear.trip('a', 100, true);
    clear.trip('b', 101, true);
    expect(clear.clear('a', 50, 200, true)).to.equal(true);
    const resume = setUp().holds;
    resume.trip('b', 101, true);
    resume.pause(150, true);
    expect(resume.resume(50, 200, true)).to.equal(true);
    for (const holds of [clear, resume]) {
      expect([holds.reasons(105, true), holds.heldSince(105, true)]).to.deep.equal([[], undefined]);
      expect(holds.clear('b', 105, 105, true), 'known, though over').to.equal(false);
      holds.trip('c', 106, true);
      expect([holds.reasons(107, true), holds.heldSince(107, true)]).to.deep.equal([['c'], 106]);
    }
  });

  it('begins with the earliest of what holds it, and is not shortened by a repetition that comes late', () => {
    const { holds } = setUp();
    holds.trip('a', 100, true);
    expect(holds.trip('a', 95, true)).to.equal(true);
    expect([holds.reasons(107, true), holds.heldSince(107, true)]).to.deep.equal([['a'], 95]);
    holds.pause(93, true);
    expect(holds.heldSince(107, true)).to.equal(93);
    holds.trip('a', 106, true);
    expect(holds.reasons(113, true), 'one that comes in time makes it longer').to.include('a');
    holds.trip('b', 20, true);
    expect(holds.heldSince(21, true), 'the clock was set back').to.equal(20);
  });

  it('has the beginning of its pause, whatever is told of it again, and whatever lapsed before', () => {
    const { holds } = setUp();
    holds.trip('a', 0, true);
    holds.pause(50, true);
    holds.pause(40, true);
    expect([holds.heldSince(60, true), holds.millis(60)]).to.deep.equal([50, 20]);
    expect(holds.resume(70, 70, true)).to.equal(true);
    expect(holds.resume(80, 80, true), 'once').to.equal(false);
    expect([holds.heldSince(90, true), holds.millis(90)]).to.deep.equal([undefined, 30]);
  });

  it('ends a guardrail by its name, and all of them when the plan goes on, but for a pause', () => {
    const { holds } = setUp();
    holds.trip('a', 0, true);
    holds.trip('b', 1, true);
    expect([holds.endGuardrail('c', 2, 2), holds.reasons(2, true)]).to.deep.equal([false, ['a', 'b']]);
    expect(holds.endGuardrail('a', 2, 2)).to.equal(false);
    expect(holds.reasons(3, true)).to.deep.equal(['b']);
    expect(holds.endGuardrail('b', 4, 4)).to.equal(true);
    expect([holds.endGuardrail('b', 5, 5), holds.millis(9)]).to.deep.equal([false, 4]);
    holds.trip('a', 10, true);
    holds.pause(11, true);
    holds.goOn(12);
    expect([holds.reasons(13, true), holds.heldSince(13, true)]).to.deep.equal([['paused'], 10]);
    expect([holds.hasTripped('a'), holds.hasTripped('c')]).to.deep.equal([true, false]);
    holds.end(15);
    expect([holds.reasons(16, true), holds.heldSince(16, true), holds.millis(20)]).to.deep.equal([[], undefined, 9]);
    expect(holds.hasTripped('a')).to.equal(false);
  });

  it('is held anew by what trips after it has gone on', () => {
    const { holds } = setUp();
    holds.trip('a', 0, true);
    holds.goOn(2);
    holds.trip('a', 5, true);
    expect([holds.heldSince(6, true), holds.millis(6)]).to.deep.equal([5, 3]);
  });

  it('remembers a trip that holds nothing, so that it can be cleared', () => {
    const { holds } = setUp();
    holds.note('a', 0);
    holds.trip('b', 1, true);
    holds.note('b', 2);
    expect(holds.reasons(3, true)).to.deep.equal(['b']);
    expect([holds.clear('a', 4, 4, true), holds.hasTripped('a')]).to.deep.equal([false, false]);
    expect(holds.clear('c', 5, 5, true)).to.equal(false);
    expect([holds.clear('b', 5, 5, true), holds.millis(9)]).to.deep.equal([true, 4]);
    holds.trip('lapses', 20, true);
    holds.note('a', 21);
    expect([holds.clear('a', 50, 50, true), holds.heldSince(29, true)], 'nothing is released').to.deep.equal([
      false,
      20,
    ]);
  });

  it('takes what a snapshot knows of holds and of the time held, but for a pause that is older', () => {
    for (const [since, heldSince] of [
      [8, 3],
      [2, 2],
    ] as const) {
      const { holds } = setUp();
      holds.pause(3, true);
      holds.restore(undefined, [{ guardrail: 'a', since }], 10);
      expect([holds.reasons(10, true), holds.heldSince(10, true)]).to.deep.equal([['paused', 'a'], heldSince]);
      expect(holds.millis(10)).to.equal(7);
      holds.restore(4, [], 10);
      expect([holds.millis(10), holds.millis(15)]).to.deep.equal([4, 9]);
    }
    const { slots, holds } = setUp();
    slots.setLimit(0, 0);
    holds.wait(true, 5);
    holds.restore(undefined, [{ guardrail: 'a', since: 8 }], 10);
    expect(holds.heldSince(10, true), 'it knows better than the slots').to.equal(8);
    expect(holds.endGuardrail('a', 11, 11), 'a slot has been got').to.equal(true);
  });

  it('counts no time twice, whatever comes late or during the wait for approval', () => {
    const { holds } = setUp();
    holds.trip('a', 0, true);
    holds.suspend(5);
    holds.trip('a', 8, true);
    expect(holds.millis(8)).to.equal(5);
    const paused = setUp().holds;
    paused.pause(20, true);
    paused.goOn(10);
    expect(paused.millis(30)).to.equal(10);
  });

  it('counts no time twice for an event with a time before one that came first', () => {
    for (const late of [
      (holds: Holds) => holds.trip('b', 15, true),
      (holds: Holds) => holds.clear('a', 12, 41, true),
      (holds: Holds) => holds.wait(true, 12),
    ]) {
      const { holds } = setUp();
      holds.pause(0, true);
      holds.trip('a', 40, true);
      late(holds);
      holds.resume(50, 50, true);
      expect(holds.millis(60)).to.equal(50);
    }
    const { holds } = setUp();
    holds.trip('a', 10, true);
    holds.clear('a', 20, 20, true);
    holds.pause(15, true);
    holds.resume(30, 30, true);
    expect(holds.millis(40), 'one that begins late').to.equal(20);
  });

  it('keeps the guardrails that hold, and forgets those that no longer do, when there are too many', () => {
    const { holds } = setUp();
    for (let i = 0; i < 16; i += 1) expect(holds.trip(`g${i}`, 0, true)).to.equal(true);
    expect(holds.trip('one more', 1, true)).to.equal(false);
    expect(holds.reasons(2, true)).to.deep.equal([...Array.from({ length: 15 }, (_, i) => `g${i}`), '_OTHER']);
    expect(holds.hasTripped('one more')).to.equal(true);
    expect(holds.trip('later', 50, true)).to.equal(true);
    expect(holds.reasons(51, true)).to.deep.equal(['later']);
    expect(holds.guardrails).to.have.length(16);
  });
});

describe('MoveSlots', () => {
  it('has one beginning of being full across gaps, and another after a pause', () => {
    const slots = new MoveSlots(HOLD_FOR);
    slots.take(0);
    expect(slots.full, 'without a policy').to.equal(false);
    slots.setLimit(1, 5);
    slots.free(20);
    slots.take(29);
    expect([slots.full, slots.fullSince, slots.millis(30)]).to.deep.equal([true, 5, 16]);
    slots.free(40);
    slots.take(50);
    expect([slots.fullSince, slots.millis(50)]).to.deep.equal([50, 26]);
    slots.setLimit(2, 60);
    expect([slots.full, slots.freedAt]).to.deep.equal([false, 60]);
    expect([50, 51, 69, 70].map((at) => slots.isGap(at))).to.deep.equal([false, true, true, false]);
    slots.setLimit(0, 70);
    expect(slots.full).to.equal(true);
    expect(slots.millis(60), 'the clock was set back').to.equal(36);
  });
});
