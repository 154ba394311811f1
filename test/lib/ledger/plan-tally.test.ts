import { expect } from 'chai';
import { PlanTally } from '../../../lib/ledger/plan-tally.js';
import type { Drain } from '../../../lib/ledger/step.js';

describe('PlanTally', () => {
  it('keeps three reasons of failures apart, of which the one for the rest is none', () => {
    const tally = new PlanTally();
    for (const type of [undefined, 'timeout', 'io', 'copy', 'disk', 'timeout', 'net', undefined]) {
      tally.countEnd({ outcome: 'failed', failure: { type, message: undefined, stack: undefined } });
    }
    tally.countEnd({ outcome: 'completed', failure: undefined });
    tally.countEnd({ outcome: 'failed', failure: undefined });
    expect(Object.fromEntries(tally.failures)).to.deep.equal({ _OTHER: 5, timeout: 2, io: 1, copy: 1 });
  });

  it('has the bytes of moves or of drains, whichever are more, and of one where the other tells none', () => {
    const [tally, ofDrains] = [new PlanTally(), new PlanTally()];
    expect(tally.bytes).to.equal(undefined);
    const drain = () => ({ bytes: undefined }) as Drain;
    tally.countMove(3);
    ofDrains.countDrain(drain(), 5);
    expect([tally.bytes, ofDrains.bytes]).to.deep.equal([3, 5]);
    tally.countDrain(drain(), 5);
    expect(tally.bytes).to.equal(5);
    tally.countMove(4);
    expect(tally.bytes).to.equal(7);
  });
});
