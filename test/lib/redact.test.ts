import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JsonLogsSerializer, JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import { expect } from 'chai';
import { instrument, type Redact, type RedactableField } from 'opentelemetry-instrumentation-mesh-rebalance';
import { fileJournal } from 'opentelemetry-instrumentation-mesh-rebalance/journal';
import { DESTINATIONS, type Destinations } from '../../docs/privacy-reference.js';
import { TestClock } from '../support/clock.js';
import { TestController } from '../support/controller.js';
import { diagMessages } from '../support/diag.js';
import { failMarked, liveMarked, MARKS, markedSnapshot } from '../support/marked-life.js';
import { TestSdk } from '../support/sdk.js';

const FIELDS = Object.keys(MARKS) as RedactableField[];
const PERSONAL = FIELDS.filter((field) => !['trigger', 'errorType', 'error.name'].includes(field));
const CLUSTER = { namespace: 'payments', cluster: 'eu-1' };

/** All that leaves the instrumentation of one life, as text. */
interface Output {
  readonly sdk: TestSdk;
  readonly traces: string;
  readonly logs: string;
  readonly metrics: string;
  readonly journal: string;
  readonly explained: string;
  readonly diag: string;
}

describe('redact', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'redact-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function outputOf(redact: Redact | undefined, play = live): Promise<Output> {
    const sdk = new TestSdk();
    const path = join(folder, 'rebalance.journal');
    let journal = '';
    let metrics = '';
    let explained = '';
    const messages = await diagMessages(async () => {
      const controller = new TestController();
      controller.snapshot = () => markedSnapshot();
      const options = { clock: new TestClock().read, journal: fileJournal(path), spanEvents: true, zeroForMillis: 0 };
      const handle = instrument(controller, { ...sdk.options, ...options, redact });
      const explain = () => ['p', 'of-snapshot'].map((planId) => handle.explain(planId, CLUSTER));
      const told: unknown[] = [];
      play(controller, () => told.push(explain()));
      told.push(explain());
      explained = JSON.stringify(told);
      metrics = await sdk.scrapeText();
      await handle.forceFlush();
      journal = await readFile(path, 'utf8');
      handle.disable();
      await handle.forceFlush();
    });
    const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);
    const traces = text(JsonTraceSerializer.serializeRequest(sdk.spans()));
    const logs = text(JsonLogsSerializer.serializeRequest(sdk.logs()));
    return { sdk, traces, logs, metrics, journal, explained, diag: messages.join('\n') };
  }

  function live(controller: TestController, look: () => void): void {
    liveMarked(controller);
    look();
    failMarked(controller);
  }

  /** The marks that are found in each of the texts. */
  function found({ sdk: _, ...texts }: Output, fields: readonly RedactableField[]): string[] {
    return Object.entries(texts).flatMap(([where, text]) =>
      fields.filter((field) => text.includes(MARKS[field])).map((field) => `${field} in ${where}`),
    );
  }

  function destinations({ sdk, metrics, journal, explained }: Output, mark: string): Destinations {
    const within = (attributes: object) =>
      Object.entries(attributes).flatMap(([name, value]) => (String(value).includes(mark) ? [name] : []));
    const spans = sdk.spans().flatMap(({ name, attributes, status, events }) => [
      ...within({ ...attributes, status: status.message, name }),
      // Without the mirrored log events.
      ...events.flatMap((event) => (event.name === 'exception' ? within(event.attributes ?? {}) : [])),
    ]);
    const logs = sdk.logs().flatMap(({ attributes, body }) => within({ ...attributes, body }));
    const labels = [...metrics.matchAll(/(\w+)="([^"]*)"/g)].flatMap(([, name = '', value = '']) =>
      within({ [name]: value }),
    );
    const set = (names: readonly string[]) => [...new Set(names)].sort();
    const places = { spans: set(spans), logs: set(logs), labels: set(labels) };
    return { ...places, journal: journal.includes(mark), explain: explained.includes(mark) };
  }

  it('is needed: without it each field goes where the documented table says', async () => {
    const output = await outputOf(undefined);
    for (const field of FIELDS) {
      const { spans, logs, labels, journal, explain } = DESTINATIONS[field];
      const sorted = { spans: [...spans].sort(), logs: [...logs].sort(), labels: [...labels].sort() };
      expect(destinations(output, MARKS[field]), field).to.deep.equal({ ...sorted, journal, explain });
    }
  });

  it('keeps all in that may tell of a person, by one word, and nothing else', async () => {
    const output = await outputOf('personal');
    expect(found(output, PERSONAL)).to.deep.equal([]);
    expect(output.traces, 'who asked').to.include(
      '{"key":"mesh.rebalance.plan.requested_by","value":{"stringValue":"REDACTED"}}',
    );
    for (const field of ['trigger', 'errorType'] as const) expect(output.traces).to.include(MARKS[field]);
    expect(output.metrics).to.not.match(/^mesh_rebalance_invalid_events_total\S* [1-9]/m);
  });

  for (const field of FIELDS) {
    it(`keeps in ${field} alone`, async () => {
      const output = await outputOf([field]);
      // A stack begins with both.
      const headsStack = field === 'error.message' || field === 'error.name';
      const gone: RedactableField[] = headsStack ? [field, 'error.stack'] : [field];
      expect(found(output, gone)).to.deep.equal([]);
      for (const other of FIELDS.filter((each) => !gone.includes(each))) {
        expect(found(output, [other]), other).to.not.deep.equal([]);
      }
    });
  }

  it('keeps what a function makes of it', async () => {
    const output = await outputOf((field, value) =>
      field === 'requestedBy' ? undefined : value.replace(/hunter2\S*/g, 'a secret'),
    );
    expect(found(output, FIELDS)).to.deep.equal([]);
    expect(output.traces).to.include('cannot log in with a secret').and.not.include('requested_by');
    expect(output.journal).to.include('cannot log in with a secret');
  });

  describe('by a function that fails', () => {
    const failing: Record<string, Redact> = {
      throws: (_field, value) => {
        throw new RangeError(`no place for ${value}`);
      },
      'throws no error': (_field, value) => {
        throw value;
      },
      'is asynchronous': (async (_field: string, value: string) => {
        throw new Error(value);
      }) as never,
      'gives an object': ((_field: string, value: string) => ({ value })) as never,
    };
    for (const [how, redact] of Object.entries(failing)) {
      it(`redacts, and says so once for each field of an event: it ${how}`, async () => {
        const output = await outputOf(redact, (controller, look) => {
          live(controller, look);
          liveMarked(controller, 'q');
        });
        expect(found(output, FIELDS)).to.deep.equal([]);
        expect(output.traces).to.include('REDACTED');
        const messages = output.diag.split('\n').filter((line) => line.includes(' actor '));
        expect(messages).to.have.length(1);
        expect(messages[0]).to.match(
          /approvalDecided: actor could not be redacted: redact (threw|gave) .*; REDACTED stands in its place \[internal\]$/,
        );
        expect(output.metrics).to.match(/^mesh_rebalance_invalid_events_total\{.*reason="internal".*\} [1-9]/m);
      });
    }
  });

  it('keeps the limits of what a function gives', async () => {
    const { sdk } = await outputOf((field, value) => (field === 'actor' ? 'x'.repeat(10_000) : value));
    const actors = sdk.logs().map(({ attributes }) => attributes['mesh.rebalance.approval.actor']);
    expect(actors).to.include('x'.repeat(256));
  });

  it('holds for what a journal tells that was written before', async () => {
    const written = await outputOf(undefined);
    expect(found(written, PERSONAL)).to.include('requestedBy in journal');
    const output = await outputOf('personal', () => {});
    expect(output.journal).to.include('"id":"p"');
    expect(found(output, PERSONAL)).to.deep.equal([]);
    const failing = await outputOf(
      () => {
        throw new RangeError('no');
      },
      () => {},
    );
    expect(found(failing, FIELDS)).to.deep.equal([]);
    expect(failing.diag).to.include('journal: requestedBy could not be redacted: redact threw RangeError [internal]');
  });

  it('says nothing of a value in what it says of a problem', async () => {
    const output = await outputOf('personal', (controller) => {
      controller.tellRaw('planCreated', { planId: 'p', requestedBy: 4_711, changeTicket: [MARKS.changeTicket] });
      controller.tellRaw('approvalDecided', { planId: 'p', decision: 'approved', actor: MARKS.actor.repeat(100) });
    });
    expect(output.diag).to.include('planCreated: requestedBy is of type number, not text');
    expect(output.diag).to.not.include('4711').and.not.include('hunter2');
  });

  it('says nothing of the content of a journal that is damaged', async () => {
    const messages = await diagMessages(() => {
      const text = `{"journal":"mesh-rebalance","version":1,"writtenAt":0,"closed":false,"lines":1}\n${MARKS.actor}\n`;
      instrument(new TestController(), {
        ...new TestSdk().options,
        clock: new TestClock().read,
        journal: { read: () => text, write: () => {} },
      }).disable();
    });
    expect(messages.join()).to.include('line 2 is not JSON').and.not.include('hunter2');
  });

  it('refuses what is no redaction', () => {
    const options = (redact: unknown) => () => instrument(new TestController(), { redact } as never);
    expect(options(true)).to.throw(
      TypeError,
      "option redact must be 'personal', a list of fields, or a function, got true",
    );
    expect(options(['requestedby'])).to.throw(
      TypeError,
      'names a field "requestedby" that is no text. Did you mean requestedBy? The fields are ',
    );
    expect(options([7])).to.throw(TypeError, 'option redact names a field 7 that is no text. The fields are');
  });
});
