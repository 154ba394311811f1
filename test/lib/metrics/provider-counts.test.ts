import { createNoopMeter } from '@opentelemetry/api';
import { expect } from 'chai';
import { ProviderCounts } from '../../../lib/metrics/provider-counts.js';

describe('ProviderCounts', () => {
  it('forgets the oldest of more than 1,000 clusters that nobody counts any more, and none that somebody does', () => {
    const counts = new ProviderCounts(createNoopMeter());
    const held = counts.hold('payments', 'held');
    held.moves.completed = 7;
    for (let i = 0; i < 5_000; i += 1) counts.release(counts.hold('payments', `cluster-${i}`));
    expect(counts.size).to.equal(1_001);
    expect(counts.hold('payments', 'held')).to.equal(held);
    counts.release(counts.hold('payments', 'cluster-4999'));
    expect(counts.size, 'none more is left than before').to.equal(1_001);
  });

  it('goes on where a cluster was left', () => {
    const counts = new ProviderCounts(createNoopMeter());
    const before = counts.hold('payments', 'eu-1');
    before.moves.failed = 2;
    counts.release(before);
    expect(counts.hold('payments', 'eu-1').moves.failed).to.equal(2);
  });
});
