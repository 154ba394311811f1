import { expect } from 'chai';
import { redactSaved } from '../../../lib/instrument/redact-saved.js';
import type { Redactor } from '../../../lib/intake/redactor.js';
import { SavedWorld } from '../../support/saved-world.js';

describe('what a journal from before a redaction tells of a plan', () => {
  function redacted(redact: Redactor, planId = 'p') {
    const world = new SavedWorld();
    world.tell('planCreated', { planId: 'p', trigger: 'imbalance', requestedBy: 'ada' });
    for (const errorType of ['a', 'b', 'c', 'd']) {
      world.start(errorType);
      world.tell('moveFinished', { planId: 'p', shard: errorType, outcome: 'failed', errorType });
    }
    world.tell('planFinished', { planId: 'p', outcome: 'failed', errorType: 'e', error: new Error('secret') });
    world.tell('planCreated', { planId: 'untold' });
    const plan = world.ledger.plans.get(planId);
    if (plan === undefined) throw new Error('no such plan');
    const { facts, tally, ending } = redactSaved(plan.save(), redact, () => {});
    const { trigger, requestedBy, changeTicket } = facts;
    return { trigger, requestedBy, changeTicket, failures: tally.failures, ending };
  }

  it('is redacted field by field, where it is told', () => {
    expect(redacted(({ name }, value) => `${name} ${value}`)).to.deep.equal({
      trigger: 'trigger imbalance',
      requestedBy: 'requestedBy ada',
      changeTicket: undefined,
      failures: [
        ['errorType a', 1],
        ['errorType b', 1],
        ['errorType c', 1],
        ['_OTHER', 1],
      ],
      ending: { outcome: 'failed', failure: { type: 'errorType e', message: 'error.message secret' } },
    });
  });

  it('adds up what becomes the same, and is untold where nothing is left', () => {
    expect(redacted(() => 'X').failures).to.deep.equal([
      ['X', 3],
      ['_OTHER', 1],
    ]);
    const { trigger, failures } = redacted(() => undefined);
    expect([trigger, failures]).to.deep.equal(['unknown', [['_OTHER', 4]]]);
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
