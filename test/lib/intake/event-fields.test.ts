import { expect } from 'chai';
import type { EventBase } from '../../../lib/contract/events.js';
import { REBALANCE_EVENT_NAMES, type RebalanceEventName } from '../../../lib/index.js';
import { EVENT_FIELDS } from '../../../lib/intake/event-fields.js';
import { parseEvent } from '../../../lib/intake/parse-event.js';
import type { PayloadOf } from '../../../lib/intake/parsed-event.js';
import { PayloadReader } from '../../../lib/intake/payload-reader.js';
import { TEXT_FIELDS, type TextField } from '../../../lib/intake/text-fields.js';

const NOW = Date.UTC(2026, 0, 1);
const TRACEPARENT = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`;
const FAILED = { outcome: 'failed', errorType: 'timeout', error: 'too slow' } as const;

/** Every event with all of its fields. */
const WHOLE: { readonly [E in RebalanceEventName]: Required<Omit<PayloadOf<E>, keyof EventBase>> } = {
  stateChanged: { to: 'draining', planId: 'p', from: 'steady', reason: 'because' },
  planCreated: {
    planId: 'p',
    trigger: 'operator',
    approvalMode: 'auto',
    shards: 9,
    bytes: 900,
    shardsRemaining: 8,
    nodes: ['a', 'b'],
    state: 'draining',
    requestedBy: 'ann',
    changeTicket: 'CHG-1',
    traceparent: TRACEPARENT,
  },
  approvalRequested: { planId: 'p' },
  approvalDecided: { planId: 'p', decision: 'approved', actor: 'bob', reason: 'fine', traceparent: TRACEPARENT },
  drainStarted: { planId: 'p', node: 'a', shards: 5 },
  drainProgressed: { planId: 'p', node: 'a', shardsRemaining: 4, shards: 5, bytes: 100 },
  drainFinished: { planId: 'p', node: 'a', ...FAILED, bytes: 500 },
  moveStarted: { planId: 'p', shard: 's', source: 'a', target: 'b', bytes: 100 },
  moveFinished: { planId: 'p', shard: 's', ...FAILED, bytes: 100 },
  planFinished: { planId: 'p', ...FAILED, reason: 'gave up' },
  ownershipChanged: { nodes: { a: 3, b: 0 }, complete: false },
  policyChanged: { maxConcurrentMoves: 2 },
  guardrailTripped: { guardrail: 'cooldown', planId: 'p', reason: 'too soon' },
  guardrailCleared: { guardrail: 'cooldown', planId: 'p' },
  leadershipChanged: { leading: false },
  decommissioned: {},
  paused: {},
  resumed: {},
  heartbeat: {},
};

/** Fields that cost the event where they are unusable. */
const COSTLY: Partial<Record<RebalanceEventName, readonly string[]>> = {
  stateChanged: ['to', 'planId'],
  planCreated: ['planId'],
  approvalRequested: ['planId'],
  approvalDecided: ['planId', 'decision'],
  drainStarted: ['planId', 'node'],
  drainProgressed: ['planId', 'node', 'shardsRemaining'],
  drainFinished: ['planId', 'node', 'outcome'],
  moveStarted: ['planId', 'shard'],
  moveFinished: ['planId', 'shard', 'outcome'],
  planFinished: ['planId', 'outcome'],
  ownershipChanged: ['nodes'],
  policyChanged: ['maxConcurrentMoves'],
  guardrailTripped: ['guardrail'],
  guardrailCleared: ['guardrail', 'planId'],
  leadershipChanged: ['leading'],
};

function parse(event: RebalanceEventName, payload: unknown) {
  const read = new PayloadReader();
  const parsed = parseEvent(read, event, payload, NOW);
  const problems: string[] = [];
  read.report(({ reason, says }) => problems.push(`${reason}: ${says()}`), event, payload, parsed !== undefined);
  return { parsed, problems };
}

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
    const all = Object.values(TEXT_FIELDS).filter(({ personal }) => personal);
    expect(all.map(({ name }) => name)).to.deep.equal([
      'requestedBy',
      'changeTicket',
      'actor',
      'reason',
      'error.message',
      'error.stack',
    ]);
  });

  it('keeps every field of every event', () => {
    for (const event of REBALANCE_EVENT_NAMES) {
      const { errorType: type, error: message, ...fields }: Record<string, unknown> = WHOLE[event];
      if (type !== undefined) fields['failure'] = { type, message, stack: undefined };
      if (event === 'ownershipChanged') fields['nodes'] = new Map(Object.entries(WHOLE[event].nodes));
      expect(parse(event, WHOLE[event])).to.deep.equal({ parsed: { event, at: NOW, ...fields }, problems: [] });
    }
  });

  it('names each field that is of another type, and says whether it costs the event', () => {
    for (const event of REBALANCE_EVENT_NAMES) {
      const costly: string[] = [];
      for (const field of Object.keys(WHOLE[event])) {
        const { parsed, problems } = parse(event, { ...WHOLE[event], [field]: Symbol('odd') });
        const title = `${event} ${field}`;
        if (parsed === undefined) costly.push(field);
        if (field === 'error' || field === 'complete') {
          expect(problems, title).to.deep.equal([]);
          continue;
        }
        expect(problems, title).to.have.length(1);
        const fate = parsed === undefined ? 'the event was dropped' : 'it was left out';
        const type = '(is a symbol, not \\S.*|is of type symbol, not text)';
        expect(problems[0], title).to.match(new RegExp(`^wrong_type: ${field} ${type}; ${fate}$`));
      }
      expect(costly, event).to.deep.equal(COSTLY[event] ?? []);
    }
  });

  it('asks for nothing more once the event is refused', () => {
    const { planId: _, ...rest } = WHOLE.planCreated;
    const odd = Object.fromEntries(Object.keys(rest).map((field) => [field, Symbol('odd')]));
    expect(parse('planCreated', odd).problems).to.deep.equal([
      'missing_field: planId is missing; the event was dropped',
    ]);
  });

  it('says what is missing', () => {
    const missing = (event: RebalanceEventName, payload: object) => parse(event, payload).problems;
    expect(missing('planFinished', { planId: 'p' })).to.deep.equal([
      'missing_field: outcome is missing; the event was dropped',
    ]);
    expect(missing('drainStarted', { planId: 'p', node: 'a' })).to.deep.equal([
      'missing_field: shards is missing; it was left out',
    ]);
  });

  it('takes null for absent', () => {
    for (const event of REBALANCE_EVENT_NAMES) {
      for (const field of ['time', ...Object.keys(WHOLE[event])]) {
        const [absent, isNull] = [undefined, null].map((value) => parse(event, { ...WHOLE[event], [field]: value }));
        expect(isNull, `${event} ${field}`).to.deep.equal(absent);
      }
    }
  });

  it('reads why something failed from whatever was thrown, only where it failed', () => {
    const cases: [payload: object, failure: object | undefined, ...problems: string[]][] = [
      [{ error: { name: 'E', message: 'm', stack: 's' } }, { type: 'E', message: 'm', stack: 's' }],
      [
        { error: { name: 'E' }, errorType: 't' },
        { type: 't', message: undefined, stack: undefined },
      ],
      [
        { error: 'm', errorType: 't' },
        { type: 't', message: 'm', stack: undefined },
      ],
      [
        { error: null, errorType: 't' },
        { type: 't', message: undefined, stack: undefined },
      ],
      [{ error: 7 }, { type: undefined, message: undefined, stack: undefined }],
      [{ error: { name: null, message: null } }, { type: undefined, message: undefined, stack: undefined }],
      ...['name', 'message', 'stack'].map((field): [object, object, string] => [
        { error: { [field]: 7 } },
        { type: undefined, message: undefined, stack: undefined },
        `wrong_type: error.${field} is of type number, not text; it was left out`,
      ]),
      [{ outcome: 'completed', error: 'm', errorType: 't' }, undefined],
    ];
    for (const [payload, failure, ...problems] of cases) {
      const { parsed, problems: found } = parse('planFinished', { planId: 'p', outcome: 'failed', ...payload });
      expect(parsed).to.deep.include({ failure });
      expect(found).to.deep.equal(problems);
    }
  });
});
