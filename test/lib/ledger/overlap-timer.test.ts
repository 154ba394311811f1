import { expect } from 'chai';
import { OverlapTimer } from '../../../lib/ledger/overlap-timer.js';

describe('OverlapTimer', () => {
  it('counts overlapping runs once', () => {
    const watch = new OverlapTimer();
    watch.start(0);
    watch.start(1_000);
    watch.stop(3_000);
    expect(watch.seconds(4_000)).to.equal(4);
    watch.stop(5_000);
    expect(watch.seconds(60_000)).to.equal(5);
    watch.start(60_000);
    expect(watch.seconds(61_000)).to.equal(6);
  });

  it('never runs backwards and ignores a stop without a start', () => {
    const watch = new OverlapTimer();
    watch.stop(1_000);
    watch.start(5_000);
    expect(watch.seconds(1_000)).to.equal(0);
    watch.stop(1_000);
    expect(watch.seconds(9_000)).to.equal(0);
  });

  it('takes what the time so far is, with that of what runs now in it', () => {
    const cases: [startedAt: number | undefined, now: number, millis: number, seconds: number][] = [
      [undefined, 12_000, 5_000, 5],
      [10_000, 12_000, 5_000, 5],
      // What runs now has run for longer.
      [10_000, 12_000, 1_000, 2],
      // The clock was set back.
      [10_000, 9_000, 5_000, 5],
    ];
    for (const [startedAt, now, millis, seconds] of cases) {
      const timer = new OverlapTimer();
      if (startedAt !== undefined) timer.start(startedAt);
      timer.set(millis, now);
      expect(timer.seconds(now)).to.equal(seconds);
      expect(new OverlapTimer(timer.save()).seconds(now)).to.equal(seconds);
    }
  });
});
