import { expect } from 'chai';
import { ZeroFirstCounter } from '../../../lib/metrics/zero-first-counter.js';

describe('ZeroFirstCounter', () => {
  it('is 0 until it is ripe, however often it was read before', () => {
    const counter = new ZeroFirstCounter(1_000, 61_000);
    counter.increment();
    for (const at of [1_000, 60_999, 60_999]) expect(counter.read(at)).to.equal(0);
    expect(counter.read(61_000)).to.equal(1);
    for (const sum of [3, 2]) counter.raise(sum);
    expect(counter.read(61_000), 'it never falls').to.equal(3);
  });
});
