import { expect } from 'chai';
import { PHASE_DURATION_BOUNDS } from '../../../lib/metrics/definitions.js';
import { ZeroFirstHistogram } from '../../../lib/metrics/zero-first-histogram.js';

describe('ZeroFirstHistogram', () => {
  it('is empty until it is ripe, and then has each value in the first bucket whose bound it does not exceed', () => {
    const histogram = new ZeroFirstHistogram(1_000, 61_000);
    for (const [index, value] of [5, 5.1, 200_000, 7].entries()) histogram.observe(value, `trace-${index}`, index);
    histogram.observe(1, '', 9);
    const none = Array<number>(PHASE_DURATION_BOUNDS.length + 1).fill(0);
    const boundaries = [...PHASE_DURATION_BOUNDS];
    expect(histogram.read(60_999)).to.deep.equal({ buckets: { boundaries, counts: none }, sum: 0, count: 0 });
    expect(histogram.exemplars(60_999)).to.deep.equal([]);
    const counts = none.with(0, 2).with(1, 2).with(-1, 1);
    expect(histogram.read(61_000)).to.deep.equal({ buckets: { boundaries, counts }, sum: 200_018.1, count: 5 });
    expect(histogram.exemplars(61_000)[0], 'not of what has no trace').to.deep.equal({
      traceId: 'trace-0',
      value: 5,
      at: 0,
    });
    const [, last] = histogram.exemplars(61_000);
    expect(last, 'the last one').to.deep.equal({ traceId: 'trace-3', value: 7, at: 3 });
    histogram.observe(8, 'trace-4', 4);
    expect(last, 'in its place').to.deep.equal({ traceId: 'trace-4', value: 8, at: 4 });
  });
});
