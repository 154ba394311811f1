import { expect } from 'chai';
import { PayloadReader } from '../../../lib/intake/payload-reader.js';
import { isSafeId, MAX_ID_LENGTH, sanitizeId } from '../../../lib/intake/safe-id.js';

describe('identifiers', () => {
  it('are safe unless too long, reserved, or with characters that break a text format', () => {
    for (const id of ['plan-1', 'a"b\\c', 'Müller', '日本', '😀', 'x'.repeat(MAX_ID_LENGTH), '__proto__']) {
      expect(isSafeId(id), id).to.equal(true);
    }
    for (const id of ['a\nb', '\n', 'a\u0000', '\u0085', '\u2028', '\ud800', '_OTHER', 'x'.repeat(MAX_ID_LENGTH + 1)]) {
      expect(isSafeId(id), JSON.stringify(id)).to.equal(false);
    }
  });

  it('of any type are bounded, and a list that is null is absent', () => {
    const read = new PayloadReader();
    const idOf = (planId: unknown) => read.id(planId, 'planId');
    for (const id of [10n ** 400n, 10 ** 400, 7, 7n]) {
      expect(idOf(id).length, String(id)).to.be.within(1, MAX_ID_LENGTH);
    }
    expect(idOf(10n ** 400n)).not.to.equal(idOf(10n ** 400n + 1n));
    expect(new PayloadReader().optionalId('a', 'source')).to.equal('a');
    const problems: unknown[] = [];
    read.begin({});
    expect(read.ids(null, 'nodes')).to.equal(undefined);
    read.report((problem) => problems.push(problem), 'planCreated', {}, true);
    expect(problems).to.deep.equal([]);
  });

  it('stay distinct when they are mended', () => {
    const ids = ['a\nb', 'a\rb', 'a\nb\nc', `${'x'.repeat(300)}1`, `${'x'.repeat(300)}2`, '_OTHER'];
    const mended = ids.map(sanitizeId);
    expect(new Set(mended).size).to.equal(ids.length);
    for (const id of mended) expect(isSafeId(id), id).to.equal(true);
  });
});
