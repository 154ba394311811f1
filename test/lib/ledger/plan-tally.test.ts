import { expect } from 'chai';
import { PlanTally } from '../../../lib/ledger/plan-tally.js';
import type { Drain } from '../../../lib/ledger/step.js';

describe('PlanTally', () => {
  it('keeps three reasons of failures apart, of which the one for the rest is none', () => {
    const tally = new PlanTally();
    let now = 0;
    for (const type of [undefined, 'timeout', 'io', 'copy', 'disk', 'timeout', 'net', undefined]) {
      now += 1;
      tally.countEnd({ outcome: 'failed', failure: { type, message: undefined, stack: undefined } }, now);
    }
    tally.countEnd({ outcome: 'completed', failure: undefined }, 10);
    tally.countEnd({ outcome: 'failed', failure: undefined }, 11);
    expect(Object.fromEntries(tally.failures)).to.deep.equal({
      _OTHER: { count: 5, since: 1 },
      timeout: { count: 2, since: 2 },
      io: { count: 1, since: 3 },
      copy: { count: 1, since: 4 },
    });
  });

  it('has the bytes of moves or of drains, whichever are more, and of one where the other tells none', () => {
    const [tally, ofDrains] = [new PlanTally(), new PlanTally()];
    expect(tally.bytes).to.equal(undefined);
    const drain = () => ({ bytes: undefined }) as Drain;
    tally.countMove(3, 1);
    ofDrains.countDrain(drain(), 5, 2);
    expect([tally.bytes, ofDrains.bytes]).to.deep.equal([3, 5]);
    tally.countDrain(drain(), 5, 3);
    expect(tally.bytes).to.equal(5);
    tally.countMove(4, 4);
    expect(tally.bytes).to.equal(7);
    expect([tally.bytesSince, ofDrains.bytesSince]).to.deep.equal([1, 2]);
  });
});
