import { expect } from 'chai';
import type { Plan } from '../../../lib/ledger/plan.js';
import { PlanLabels } from '../../../lib/metrics/plan-labels.js';

describe('PlanLabels', () => {
  it('are made once for each value', () => {
    const labels = new PlanLabels('payments', 'eu-1', 'p', 0);
    const info = (trigger: string, approvalMode: Plan['approvalMode'], traceId: string) =>
      labels.info(trigger, { approvalMode } as Plan, traceId);
    const ways: readonly (() => { readonly attributes: object })[] = [
      () => labels.ended('completed'),
      () => labels.ended('failed'),
      () => labels.held('paused'),
      () => labels.held('cooldown'),
      () => labels.failure('timeout'),
      () => labels.drain('a'),
      () => info('imbalance', 'auto', ''),
      () => info('node_added', 'auto', ''),
      () => info('node_added', 'manual', ''),
      () => info('node_added', 'manual', 'trace'),
    ];
    const made = ways.map((way) => {
      const first = way();
      expect(way()).to.equal(first);
      return JSON.stringify(first.attributes);
    });
    expect(new Set(made).size).to.equal(ways.length);
  });
});
