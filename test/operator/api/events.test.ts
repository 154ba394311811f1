import { once } from 'node:events';
import { connect } from 'node:net';
import { expect } from 'chai';
import { EVENTS_PATH, PLANS_PATH } from '../../../examples/operator/api/wire.js';
import { until } from '../../support/until.js';
import { startTestApi, type TestApi } from './control-api.js';
import type { FakeController } from './fake-controller.js';

/** Listeners of all events. */
const listeners = (controller: FakeController) =>
  controller.eventNames().reduce((sum, name) => sum + controller.listenerCount(name), 0);

/** A client of a stream, and what it has read. */
class Reader {
  text = '';
  readonly #abort = new AbortController();

  static async open(api: TestApi, query = ''): Promise<Reader> {
    const reader = new Reader();
    const response = await fetch(api.url + EVENTS_PATH + query, { signal: reader.#abort.signal });
    expect(response.headers.get('content-type')).to.equal('text/event-stream');
    void reader.#read(response);
    await reader.sees(': connected\n\n');
    return reader;
  }

  sees(part: string): Promise<true> {
    return until(() => this.text.includes(part));
  }

  close(): void {
    this.#abort.abort();
  }

  async #read(response: Response): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of response.body ?? []) this.text += decoder.decode(chunk, { stream: true });
      this.text += '(end)';
    } catch {
      this.text += '(cut off)';
    }
  }
}

describe('the event stream of the control API', () => {
  let api: TestApi;
  const start = async (streamLimits = {}) => {
    api = await startTestApi({ streamLimits });
  };
  afterEach(() => api.close());

  it('streams what the controllers emit, with cluster and time', async () => {
    await start();
    const reader = await Reader.open(api);
    api.payments.report('planCreated', { planId: 'p-1', shards: 2, time: new Date(1_000) });
    await reader.sees(
      'event: planCreated\n' +
        'data: {"event":"planCreated","namespace":"payments","cluster":"eu-1","time":1000,"planId":"p-1","shards":2}\n\n',
    );
    api.search.report('heartbeat', undefined);
    await reader.sees('"event":"heartbeat","namespace":"search","cluster":"us-1"');
    api.search.report('planFinished', { planId: 'p-2', outcome: 'failed', error: new Error('disk full') });
    await reader.sees('"error":"disk full"');
    reader.close();
  });

  it('dates an event that carries no time by the clock of the controllers', async () => {
    api = await startTestApi({ clock: () => 2_000 });
    const reader = await Reader.open(api);
    api.payments.report('resumed', {});
    await reader.sees('"event":"resumed","namespace":"payments","cluster":"eu-1","time":2000');
    reader.close();
  });

  it('keeps to what a client asks for', async () => {
    await start();
    const reader = await Reader.open(api, '?plan=p-2');
    const other = await Reader.open(api, '?namespace=payments&cluster=eu-1');
    api.payments.report('planCreated', { planId: 'p-1' });
    api.search.report('planCreated', { planId: 'p-2' });
    api.payments.report('heartbeat', undefined);
    await reader.sees('p-2');
    await other.sees('heartbeat');
    expect(reader.text).to.not.include('p-1');
    expect(other.text).to.not.include('p-2');
    expect((await fetch(`${api.url}${EVENTS_PATH}?plans=x`)).status).to.equal(400);
  });

  it('listens to the controllers only while there is a client, once for all of them', async () => {
    await start();
    expect(listeners(api.payments)).to.equal(0);
    const first = await Reader.open(api);
    const withOne = listeners(api.payments);
    const second = await Reader.open(api);
    expect(withOne).to.be.greaterThan(0);
    expect(listeners(api.payments)).to.equal(withOne);
    first.close();
    api.payments.report('planCreated', { planId: 'p-1' });
    await second.sees('p-1');
    second.close();
    await until(() => listeners(api.payments) + listeners(api.search) === 0);
  });

  it('keeps a quiet stream open with comments', async () => {
    await start({ keepAliveMs: 5 });
    const reader = await Reader.open(api);
    await reader.sees(': keep-alive\n\n');
    reader.close();
  });

  it('survives a payload that JSON cannot carry, and says why it is not streamed', async () => {
    await start();
    const reader = await Reader.open(api);
    const circular: Record<string, unknown> = { planId: 'p-1' };
    circular['self'] = circular;
    const printed: unknown[][] = [];
    const { error } = console;
    console.error = (...words: unknown[]) => printed.push(words);
    try {
      api.payments.emit('planCreated', circular as never);
    } finally {
      console.error = error;
    }
    expect(printed.map(([text]) => text)).to.deep.equal(['control API: an event planCreated is not streamed:']);
    expect(String(printed[0]?.[1])).to.match(/circular/);
    api.payments.report('planCreated', { planId: 'p-2' });
    await reader.sees('p-2');
    reader.close();
  });

  it('cuts a client off that does not read, and keeps the others', async () => {
    await start({ maxBacklogBytes: 256 * 1024 });
    const reader = await Reader.open(api, '?plan=watched');
    const { port, hostname } = new URL(api.url);
    const idle = connect(Number(port), hostname);
    idle.write(`GET ${EVENTS_PATH} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
    await once(idle, 'readable');
    const reason = 'x'.repeat(32 * 1024);
    const closed = once(idle, 'close');
    idle.on('error', () => {});
    // More than the sockets of both sides take, and what may wait besides.
    for (let event = 0; event < 1_000; event++) {
      api.payments.report('guardrailTripped', { guardrail: 'cooldown', reason });
      if (event % 50 === 0) await new Promise(setImmediate);
    }
    idle.resume();
    await closed;
    expect(idle.bytesRead).to.be.lessThan(1_000 * reason.length);
    api.payments.report('planCreated', { planId: 'watched' });
    await reader.sees('"planId":"watched"');
    reader.close();
    await until(() => listeners(api.payments) === 0);
  });

  it('takes so many streams and no more', async () => {
    await start({ maxStreams: 1 });
    const reader = await Reader.open(api);
    const refused = await fetch(api.url + EVENTS_PATH);
    expect(refused.status).to.equal(503);
    expect(refused.headers.get('retry-after')).to.equal('5');
    reader.close();
    await until(async () => {
      const next = await Reader.open(api).catch(() => undefined);
      next?.close();
      return next;
    });
  });

  it('ends its streams and forgets the controllers when it is closed', async () => {
    await start();
    const reader = await Reader.open(api);
    await api.close();
    await reader.sees('(');
    expect(listeners(api.payments)).to.equal(0);
    const failure = await fetch(api.url + PLANS_PATH).catch((error: Error) => error.cause);
    expect(failure).to.include({ code: 'ECONNREFUSED' });
    await start();
  });
});
