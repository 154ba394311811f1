import { expect } from 'chai';
import { describe as describeValue } from '../../../lib/intake/describe.js';
import { printable } from '../../../lib/intake/printable.js';

describe('a value of any kind', () => {
  it('is described in a few words', () => {
    const revoked = Proxy.revocable([], {});
    revoked.revoke();
    const cases: [value: unknown, words: string][] = [
      ['a "b"\n', '"a \\"b\\" "'],
      [7n, '7n'],
      [10n ** 80n, `1${'0'.repeat(58)}…`],
      [Symbol('s'), 'a symbol'],
      [() => {}, 'a function'],
      [null, 'null'],
      [[1], 'an array'],
      [{ a: 1 }, 'an object'],
      [new Date(0), '1970-01-01T00:00:00.000Z'],
      [new Date(Number.NaN), 'an invalid date'],
      [1.5, '1.5'],
      [undefined, 'undefined'],
      [true, 'true'],
    ];
    for (const [value, words] of cases) expect(describeValue(value)).to.equal(words);
    expect(describeValue(revoked.proxy)).to.match(/^an object that cannot be read \(.*revoked.*\)$/);
  });

  it('is one line of at most so many characters', () => {
    expect(printable('abc', 3)).to.equal('abc');
    expect(printable('abcd', 3)).to.equal('ab…');
    expect(printable('a\r\nb\u202ec\u2028\u061cd\ud800', 99)).to.equal('a b c d ');
    expect(printable('ünï 日本 😀', 99)).to.equal('ünï 日本 😀');
  });
});
