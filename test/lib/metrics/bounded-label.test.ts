import { expect } from 'chai';
import { BoundedLabel } from '../../../lib/metrics/bounded-label.js';

describe('BoundedLabel', () => {
  it('keeps the first values and folds the rest', () => {
    const words = new BoundedLabel(2);
    expect(['timeout', 'io', 'late', 'timeout', undefined].map((word) => words.resolve(word))).to.deep.equal([
      'timeout',
      'io',
      '_OTHER',
      'timeout',
      '_OTHER',
    ]);
  });

  it('never lets free text become a label', () => {
    const words = new BoundedLabel(20);
    for (const text of ['cannot reach 10.0.0.1', 'a"b', 'a\nb', '', 'ä', 'x'.repeat(65)]) {
      expect(words.resolve(text), text).to.equal('_OTHER');
    }
  });
});
