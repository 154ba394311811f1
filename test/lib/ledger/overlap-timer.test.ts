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
});
