import { expect } from 'chai';
import { formatJournal, parseJournal } from '../../../lib/instrument/journal-text.js';

const NOW = Date.UTC(2026, 0, 1);
const TEXT = formatJournal({ writtenAt: NOW, closed: false }, 'writer-1', ['{"plan":"größer"}', '[1,2]']);

describe('the text of a journal', () => {
  it('comes back as it was', () => {
    expect(parseJournal(TEXT, NOW)).to.deep.equal({
      writtenAt: NOW,
      closed: false,
      lines: [{ plan: 'größer' }, [1, 2]],
    });
  });

  it('begins in another way at each write of each writer', () => {
    const heads = [
      formatJournal({ writtenAt: NOW, closed: false }, 'writer-2', []),
      formatJournal({ writtenAt: NOW + 1, closed: false }, 'writer-1', []),
      TEXT,
    ].map((text) => text.slice(0, 128));
    expect(new Set(heads)).to.have.lengthOf(3);
  });

  it('is refused when any part of its end is missing', () => {
    for (let length = 0; length < TEXT.length; length += 1) {
      expect(() => parseJournal(TEXT.slice(0, length), NOW), TEXT.slice(0, length)).to.throw(Error);
    }
  });

  const refused: readonly (readonly [what: string, text: string, says: string])[] = [
    ['an empty file', '', 'it is empty'],
    ['something else', 'hello\n', 'line 1 is not JSON'],
    ['a null', 'null\n', 'not a journal of this package'],
    ['JSON of another kind', '{"version":1}\n', 'not a journal of this package'],
    ['another version', TEXT.replace('"version":1', '"version":2'), 'it has format 2, and this version of the package'],
    ['no time', TEXT.replace(`${NOW}`, '"noon"'), 'does not say when'],
    ['a line that was cut out', TEXT.replace('[1,2]\n', ''), 'it is cut off: 1 lines came of 2'],
    ['a damaged line', TEXT.replace('[1,2]', '[1,2'), 'line 3 is not JSON'],
  ];
  for (const [what, text, says] of refused) {
    it(`is refused with the reason: ${what}`, () => expect(() => parseJournal(text, NOW)).to.throw(says));
  }

  it('is refused from the future, but for the play between two clocks', () => {
    expect(parseJournal(TEXT, NOW - 5 * 60_000).lines).to.have.lengthOf(2);
    expect(() => parseJournal(TEXT, NOW - 20 * 60_000)).to.throw('written 20 min after the present');
  });
});
