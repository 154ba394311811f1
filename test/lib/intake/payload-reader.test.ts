import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { PayloadReader } from '../../../lib/intake/payload-reader.js';
import type { Problem } from '../../../lib/intake/problem.js';
import { redactorOf } from '../../../lib/intake/redactor.js';
import { MAX_ID_LENGTH } from '../../../lib/intake/safe-id.js';
import { TEXT_FIELDS } from '../../../lib/intake/text-fields.js';

const NOW = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const YEAR = 365 * 86_400_000;

/** A value as it is read, and the reasons of the problems with it. */
function read<T>(how: (reader: PayloadReader) => T): [T, string[]] {
  const reader = new PayloadReader();
  const payload = {};
  reader.begin(payload);
  const value = how(reader);
  const reasons: string[] = [];
  const report = ({ reason, field, says }: Problem) => {
    expect(says()).to.not.include('undefined');
    reasons.push(`${reason} ${field}`);
  };
  reader.report(report, 'planCreated', payload, true);
  return [value, reasons];
}

describe('what is read of a payload', () => {
  it('is whole up to its limit, and cut past it', () => {
    for (const field of Object.values(TEXT_FIELDS)) {
      const text = 'x'.repeat(field.limit);
      expect(read((reader) => reader.text(text, field))).to.deep.equal([text, []]);
      expect(read((reader) => reader.text(`${text}y`, field))).to.deep.equal([text, [`too_long ${field.name}`]]);
    }
    const nodes = Array.from({ length: 1_000 }, (_, index) => `n${index}`);
    expect(read((reader) => reader.ids(nodes, 'nodes'))).to.deep.equal([nodes, []]);
    expect(read((reader) => reader.ids([...nodes, 'one more'], 'nodes'))).to.deep.equal([nodes, ['too_long nodes']]);
    const traceparent = `01-${'1'.repeat(32)}-${'2'.repeat(16)}-01-`.padEnd(1_024, 'x');
    expect(read((reader) => reader.traceparent(traceparent, 't'))).to.deep.equal([traceparent, []]);
    expect(read((reader) => reader.traceparent(`${traceparent}x`, 't'))).to.deep.equal([
      undefined,
      ['unknown_value t'],
    ]);
    const reasonOf = (id: string) => read((reader) => reader.id(id, 'id'))[1];
    expect(reasonOf('\n'.padEnd(MAX_ID_LENGTH))).to.deep.equal(['unsafe_id id']);
    expect(reasonOf('\n'.padEnd(MAX_ID_LENGTH + 1))).to.deep.equal(['too_long id']);
  });

  it('leaves out what is no id, and no traceparent', () => {
    const ids = (reader: PayloadReader) => reader.ids(['a', null, 'b'], 'nodes');
    expect(read(ids)).to.deep.equal([['a', 'b'], ['missing_field an entry of nodes']]);
    const traceparent = (reader: PayloadReader) => reader.traceparent('of no trace', 't');
    expect(read(traceparent)).to.deep.equal([undefined, ['unknown_value t']]);
  });

  it('is what a function has kept of the first 65,536 characters', () => {
    const { actor } = TEXT_FIELDS;
    const textBy = (redact: (value: string) => string | undefined) =>
      new PayloadReader(redactorOf((_field, value) => redact(value))).text('x'.repeat(70_000), actor);
    expect(textBy((value) => `${value.length}`)).to.equal('65536');
    expect(textBy(() => undefined)).to.equal(undefined);
  });

  it('is redacted where a function is asynchronous, whose failure ends no process', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    try {
      const redact = (async () => Promise.reject(new Error('later'))) as never;
      expect(new PayloadReader(redactorOf(redact)).text('x', TEXT_FIELDS.actor)).to.equal('REDACTED');
      await turn();
    } finally {
      process.off('unhandledRejection', note);
    }
    expect(unhandled).to.deep.equal([]);
  });

  it('is well-formed text', () => {
    const { actor } = TEXT_FIELDS;
    expect(read((reader) => reader.text('\ud800', actor))).to.deep.equal(['\ufffd', []]);
    const [cut] = read((reader) => reader.text('😀'.repeat(200).slice(1), actor));
    expect(cut?.isWellFormed()).to.equal(true);
  });

  it('is a time of the last 10 years, or of the next 5 minutes', () => {
    const cases: [time: unknown, at: number, ...reasons: string[]][] = [
      [undefined, NOW],
      [new Date(NOW - 5), NOW - 5],
      [NOW + 5 * MINUTE, NOW + 5 * MINUTE],
      [NOW + 5 * MINUTE + 1, NOW, 'invalid_time time'],
      [NOW - 10 * YEAR, NOW - 10 * YEAR],
      [NOW - 10 * YEAR - 1, NOW, 'invalid_time time'],
      [new Date(Number.NaN), NOW, 'invalid_time time'],
      [String(NOW), NOW, 'invalid_time time'],
    ];
    for (const [time, at, ...reasons] of cases) {
      expect(
        read((reader) => reader.time(time, NOW)),
        String(time),
      ).to.deep.equal([at, reasons]);
    }
  });

  it('is a count for each node whose id and count are usable', () => {
    const nodes = { a: 1, '': 2, b: -1, c: 0 };
    const known = new Map([
      ['a', 1],
      ['c', 0],
    ]);
    expect(read((reader) => reader.countById(nodes, 'nodes'))).to.deep.equal([
      known,
      ['missing_field a node of nodes', 'invalid_number a count of nodes'],
    ]);
  });

  it('is a hint at a field of another name, but for one that is there and the 65th of a payload', () => {
    const others = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`other${i}`, 1]));
    const ownKeys = () => {
      throw new Error('a trap');
    };
    const meant = '. It has "planID": did you mean planId?';
    const cases: [payload: object | undefined, hint: string][] = [
      [{ ...others(63), planID: 'p' }, meant],
      [{ ...others(64), planID: 'p' }, ''],
      [{ planId: '', planID: 'p' }, ''],
      [undefined, ''],
      [new Proxy({}, { ownKeys }), '. Its fields cannot be listed: a trap'],
    ];
    for (const [payload, hint] of cases) {
      const reader = new PayloadReader();
      const { planId } = reader.begin(payload) as { planId?: string };
      reader.id(planId, 'planId');
      const messages: string[] = [];
      reader.report(({ says }) => messages.push(says()), 'planCreated', payload, false);
      const is = planId === '' ? 'empty' : 'missing';
      expect(messages).to.deep.equal([`planId is ${is}; the event was dropped${hint}`]);
    }
  });
});
