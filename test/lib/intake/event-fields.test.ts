import { expect } from 'chai';
import { REBALANCE_EVENT_NAMES } from '../../../lib/index.js';
import { EVENT_FIELDS } from '../../../lib/intake/event-fields.js';
import type { TextField } from '../../../lib/intake/text-fields.js';

/** What a row asks of its reader, without a payload. */
function personalFields(row: (read: never, raw: never, event: never, at: number) => object): string[] {
  const personal: string[] = [];
  const ask = (_target: object, method: string) => (_raw: unknown, field: TextField) => {
    if (method === 'text' && field.personal) personal.push(field.name);
  };
  row(new Proxy({}, { get: ask }) as never, {} as never, '' as never, 0);
  return personal;
}

describe('the table of fields', () => {
  it('says which of them may tell of a person', () => {
    const personal = REBALANCE_EVENT_NAMES.map((event) => [event, personalFields(EVENT_FIELDS[event])] as const);
    expect(Object.fromEntries(personal.filter(([, fields]) => fields.length > 0))).to.deep.equal({
      stateChanged: ['reason'],
      planCreated: ['requestedBy', 'changeTicket'],
      approvalDecided: ['actor', 'reason'],
      planFinished: ['reason'],
      guardrailTripped: ['reason'],
    });
  });
});
