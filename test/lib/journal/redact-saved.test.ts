import { expect } from 'chai';
import { redactSaved } from '../../../lib/instrument/redact-saved.js';
import type { Redactor } from '../../../lib/intake/redactor.js';
import { SavedWorld } from '../../support/saved-world.js';

describe('what a journal from before a redaction tells of a plan', () => {
  function redacted(redact: Redactor, planId = 'p') {
    const world = new SavedWorld();
    const begun = world.clock.now;
    world.tell('planCreated', { planId: 'p', trigger: 'imbalance', requestedBy: 'ada' });
    for (const errorType of ['a', 'b', 'c', 'd']) {
      world.start(errorType);
      world.clock.advance(1);
      world.tell('moveFinished', { planId: 'p', shard: errorType, outcome: 'failed', errorType });
    }
    world.tell('planFinished', { planId: 'p', outcome: 'failed', errorType: 'e', error: new Error('secret') });
    world.tell('planCreated', { planId: 'untold' });
    const plan = world.ledger.plans.get(planId);
    if (plan === undefined) throw new Error('no such plan');
    const { facts, tally, ending } = redactSaved(plan.save(), redact, () => {});
    const { trigger, requestedBy, changeTicket } = facts;
    const failures = tally.failures.map(([type, { count, since }]) => [type, count, (since - begun) / 1_000]);
    return { trigger, requestedBy, changeTicket, failures, ending };
  }

  it('is redacted field by field, where it is told', () => {
    expect(redacted(({ name }, value) => `${name} ${value}`)).to.deep.equal({
      trigger: 'trigger imbalance',
      requestedBy: 'requestedBy ada',
      changeTicket: undefined,
      failures: [
        ['errorType a', 1, 1],
        ['errorType b', 1, 2],
        ['errorType c', 1, 3],
        ['_OTHER', 1, 4],
      ],
      ending: { outcome: 'failed', failure: { type: 'errorType e', message: 'error.message secret' } },
    });
  });

  it('adds up what becomes the same, and is untold where nothing is left', () => {
    expect(redacted(() => 'X').failures).to.deep.equal([
      ['X', 3, 1],
      ['_OTHER', 1, 4],
    ]);
    const { trigger, failures } = redacted(() => undefined);
    expect([trigger, failures]).to.deep.equal(['unknown', [['_OTHER', 4, 1]]]);
    const untold = {
      trigger: 'unknown',
      requestedBy: undefined,
      changeTicket: undefined,
      failures: [],
      ending: undefined,
    };
    expect(redacted(() => 'X', 'untold')).to.deep.equal(untold);
  });
});
