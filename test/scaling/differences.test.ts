import { expect } from 'chai';
import type { Matrix } from '../support/prometheus.js';
import { compare, type Reason, verdict } from './support/differences.js';

const series = (node: string, ...values: number[]): Matrix => ({
  metric: { node },
  values: values.map((value, index) => [index * 60, String(value)] as const),
});
const RIGHT = [series('a', 3), series('b', 2), series('c', 2)];
const REASONS: readonly Reason[] = ['increase', 'ties', 'empty alternative'];
/** The only answers that a reason lets pass, of those below. */
const PASS: readonly (readonly [reason: Reason, answer: readonly Matrix[]])[] = [
  ['increase', [series('a', 4), series('b', 2), series('c', 2)]],
  ['increase', [...RIGHT, series('d', 1)]],
  ['ties', [series('a', 3), series('b', 2), series('d', 2)]],
  ['empty alternative', [series('a', 3), series('b', 2)]],
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
