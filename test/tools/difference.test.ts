import { expect } from 'chai';
import { difference } from '../../tools/difference.js';

describe('the difference of a generated file', () => {
  it('is where it begins, with what stands there and what should', () => {
    expect(difference('a\nb\nc\n', 'a\nB\nc\n')).to.equal('line 2 is "b", its source makes "B"');
    expect(difference('a', 'a\nb')).to.equal('line 2 is missing, its source makes "b"');
    expect(difference('a\nb\n', 'a')).to.equal('line 2 and all after it should not be there');
  });

  it('shows a long line around the place only', () => {
    const said = difference(`${'x'.repeat(5_000)}1${'y'.repeat(5_000)}`, `${'x'.repeat(5_000)}2${'y'.repeat(5_000)}`);
    expect(said).to.match(/^line 1 is "…x{50}1y{49}…", its source makes "…x{50}2y{49}…"$/);
  });
});
