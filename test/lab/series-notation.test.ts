import { expect } from 'chai';
import { seriesNotation } from '../../examples/lab/series-notation.js';

const GAP = Number.NaN;

describe('the series notation of promtool', () => {
  const cases: [string, number[], number, string][] = [
    ['constants', [1, 1, 1, 1], 4, '1+0x3'],
    ['equal steps up and down', [0, 15, 30, 45, 40, 35, 30], 7, '0+15x3 40-5x2'],
    ['short runs written out', [1, 2, 9, 9], 4, '1 2 9 9'],
    ['a late start', [GAP, GAP, 5, 5, 5], 5, '_x2 5+0x2'],
    ['a gap, which begins stale', [5, GAP, GAP, GAP, 6], 5, '5 stale _x2 6'],
    ['a gap of one', [5, GAP, 6], 3, '5 stale 6'],
    ['an early end', [3, 4, 9], 6, '3 4 9 stale'],
    ['nothing', [], 6, ''],
    ['steps that floating point does not add up exactly', [0.1, 0.2, 0.3, 0.4], 4, '0.1 0.2 0.3 0.4'],
  ];
  for (const [what, values, length, expected] of cases) {
    it(`writes ${what}`, () => expect(seriesNotation(values, length)).to.equal(expected));
  }
});
