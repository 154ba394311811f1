import { expect } from 'chai';
import { BoundedLabel } from '../../../lib/metrics/bounded-label.js';
import { heldBy } from '../../../lib/metrics/held-by.js';

describe('heldBy', () => {
  const guardrails = new BoundedLabel(2);
  for (const name of ['a', 'b']) guardrails.resolve(name);

  const cases: readonly (readonly [what: string, reasons: string, shown: string])[] = [
    ['nothing of nothing', '', ''],
    [
      'reasons of its own whatever guardrails there are',
      'approval paused maxConcurrentMoves',
      'approval paused maxConcurrentMoves',
    ],
    ['guardrails without a place of their own as one', 'c a d', 'a _OTHER'],
    ['the first three by name', 'a b paused approval', 'a b paused _OTHER'],
    ['a guardrail that is called as a reason once', 'paused a b paused', 'paused a b'],
  ];
  for (const [what, reasons, shown] of cases) {
    it(`shows ${what}`, () => {
      const values = heldBy(reasons.split(' ').filter(Boolean), guardrails);
      expect([...values].join(' ')).to.equal(shown);
    });
  }
});
