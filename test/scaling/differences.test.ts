import { expect } from 'chai';
import type { Matrix } from '../support/prometheus.js';
import { compare, type Reason, verdict } from './support/differences.js';

const series = (node: string, ...values: number[]): Matrix => ({
  metric: { node },
  values: values.map((value, index) => [index * 60, String(value)] as const),
});
const RIGHT = [series('a', 3), series('b', 2), series('c', 2)];
const REASONS: readonly Reason[] = [
  'increase',
  'ties',
  'chosen among equals',
  'ranked among equals',
  'empty alternative',
];
const OTHER_VALUE = [series('a', 4), series('b', 2), series('c', 2)];
const ONE_MORE = [...RIGHT, series('d', 1)];
const ANOTHER_NODE = [series('a', 3), series('b', 2), series('d', 2)];
const ONE_LESS = [series('a', 3), series('b', 2)];
/** The only answers that a reason lets pass, of those below. */
const PASS: readonly (readonly [reason: Reason, answer: readonly Matrix[]])[] = [
  ['increase', OTHER_VALUE],
  ['increase', ONE_MORE],
  ['ties', ANOTHER_NODE],
  ['chosen among equals', ONE_MORE],
  ['chosen among equals', ANOTHER_NODE],
  ['chosen among equals', ONE_LESS],
  ['ranked among equals', OTHER_VALUE],
  ['ranked among equals', ONE_MORE],
  ['ranked among equals', ANOTHER_NODE],
  ['ranked among equals', ONE_LESS],
  ['empty alternative', ONE_LESS],
];

describe('the reasons for which an answer of VictoriaMetrics may differ', () => {
  for (const reason of REASONS) {
    it(`${reason}: allows what it explains, and nothing else`, () => {
      expect(verdict(compare(RIGHT, RIGHT), reason)).to.deep.equal([]);
      expect(verdict(compare(RIGHT, []), reason)).to.have.length(1);
      const explained = PASS.filter(([name]) => name === reason).map(([, answer]) => JSON.stringify(answer));
      for (const [, answer] of PASS) {
        const passes = explained.includes(JSON.stringify(answer));
        expect(verdict(compare(RIGHT, answer), reason), JSON.stringify(answer)).to.have.length(passes ? 0 : 1);
      }
    });
  }

  it('ties: have the same values', () => {
    expect(verdict(compare(RIGHT, [series('a', 3), series('b', 2), series('d', 1)]), 'ties')).to.have.length(1);
  });
});
