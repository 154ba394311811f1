import { expect } from 'chai';
import * as schema from '../../../lib/intake/schema.js';

const { aBoolean, aCount, aNumber, anId, aText, listOf, maybe, oneOf, pairOf, record } = schema;

describe('a schema', () => {
  it('reads what is of its type, and names what is not', () => {
    const cases: [schema: schema.Schema<unknown>, message: string, good: unknown[], bad: unknown[]][] = [
      [aNumber, 'it is not a number', [0, -1.5], [Number.NaN, Number.POSITIVE_INFINITY, '1', null]],
      [aCount, 'it is not a count', [0, 7, 2 ** 60], [-1, 1.5, Number.POSITIVE_INFINITY, '1', undefined]],
      [aBoolean, 'it is not true or false', [true, false], [0, 'true']],
      [aText, 'it is not text', ['', 'x'.repeat(10_000)], ['x'.repeat(10_001), 7, ['x']]],
      [anId, 'it is not an id', ['a'], ['', 'a\n', '_OTHER', 7]],
      [oneOf(['a', 'b']), 'it is not one of the known values', ['a', 'b'], ['c', 7]],
      [listOf(aCount), 'it is not a list', [[], [1, 2]], [{}, '12', null]],
      [listOf(aCount), 'an entry of it is not a count', [], [[1, -1]]],
      [pairOf(anId, aCount), 'it is not a pair', [['a', 1]], [['a'], ['a', 1, 2], { length: 2 }, 'ab']],
      [pairOf(anId, aCount), 'the first of it is not an id', [], [[1, 1]]],
      [pairOf(anId, aCount), 'the second of it is not a count', [], [['a', 'b']]],
      [record({ a: aCount }), 'it is not an object', [{ a: 1 }], [7, null, 'a']],
      [record({ a: aCount }), 'a of it is not a count', [], [{}, { a: -1 }]],
      [maybe(aCount), 'it is not a count', [undefined, 1], [-1, '']],
    ];
    for (const [read, message, good, bad] of cases) {
      for (const value of good) expect(read(value, 'it')).to.deep.equal(value);
      for (const value of bad) expect(() => read(value, 'it'), JSON.stringify(value)).to.throw(message);
    }
  });

  it('takes null for absent, and leaves out what it does not know', () => {
    expect(maybe(aCount)(null, 'it')).to.equal(undefined);
    expect(record({ a: maybe(aCount) })({ b: 1 }, 'it')).to.deep.equal({ a: undefined });
  });
});
