import { expect } from 'chai';
import { PlanTally } from '../../../lib/ledger/plan-tally.js';

describe('PlanTally', () => {
  it('keeps three reasons of failures apart, of which the one for the rest is none', () => {
    const tally = new PlanTally();
    for (const type of [undefined, 'timeout', 'io', 'copy', 'disk', 'timeout', 'net', undefined]) {
      tally.countEnd({ outcome: 'failed', failure: { type, message: undefined, stack: undefined } });
    }
    expect(Object.fromEntries(tally.failures)).to.deep.equal({ _OTHER: 4, timeout: 2, io: 1, copy: 1 });
  });
});
