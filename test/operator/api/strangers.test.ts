import { once } from 'node:events';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { CONTROLLERS_PATH, EVENTS_PATH, PLANS_PATH } from '../../../examples/operator/api/wire.js';
import { until } from '../../support/until.js';
import { SECRET, startTestApi, type TestApi } from './control-api.js';

const MIB = 1 << 20;
/** More than the sockets of both sides hold, of a body that is not taken. */
const SOCKETS_HOLD = 24 * MIB;

describe('the control API and strangers', () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await startTestApi({ hosts: [' Control.example', ''], streamLimits: { maxStreams: 3, maxOpenStreams: 2 } });
  });
  afterEach(() => api.close());

  const dial = (): Socket => {
    const { port, hostname } = new URL(api.url);
    // A server that cuts a connection resets it.
    return connect(Number(port), hostname).on('error', () => {});
  };

  for (const secret of ['', ' ', '\t', 'two words', 'tök']) {
    it(`does not start with the token ${JSON.stringify(secret)}`, async () => {
      const started = await startTestApi({ token: { name: 'operator', secret } }).catch((error: Error) => error);
      if (!(started instanceof Error)) await started.close();
      expect(started).to.be.instanceOf(Error).with.property('message').that.includes('token.secret=$(openssl rand');
    });
  }

  /** Asks as a page would whose name was made to lead here. */
  const asked = async (host: string, path: string, method = 'GET') => {
    const { port, hostname } = new URL(api.url);
    const options = {
      port,
      hostname,
      path,
      method,
      headers: { host, authorization: `Bearer ${SECRET}` },
      agent: false,
    };
    const [response] = await once(httpRequest(options).end(), 'response');
    return { status: response.statusCode as number, headers: response.headers as IncomingHttpHeaders, body: response };
  };

  it('reads plans for its own hosts only, with any port', async () => {
    const id = api.waitingPlan();
    const plan = `${PLANS_PATH}/${id}`;
    for (const host of [
      'evil.example',
      'evil.example:7070',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      '10.0.0.1',
      // Neither of them is the empty name in the list.
      'evil.example:1:2',
      ':7070',
    ]) {
      for (const path of [PLANS_PATH, plan, CONTROLLERS_PATH, EVENTS_PATH]) {
        const { status, body } = await asked(host, path);
        expect(status, `${host}${path}`).to.equal(421);
        expect(await text(body))
          .to.include('hosts')
          .and.not.include(id);
      }
      expect((await asked(host, `${plan}/approve`, 'POST')).status).to.equal(421);
    }
    for (const host of [
      'localhost',
      'LOCALHOST:1',
      'localhost.',
      '127.0.0.1:7070',
      '127.9.8.7',
      '[::1]:7070',
      'control.example:80',
    ]) {
      const { status, body } = await asked(host, plan);
      expect(status, host).to.equal(200);
      body.resume();
    }
  });

  it('has no answer stored, or taken for another type', async () => {
    for (const path of [PLANS_PATH, CONTROLLERS_PATH, EVENTS_PATH, '/nothing']) {
      const { headers, body } = await asked('localhost', path);
      expect(headers).to.include({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
      body.destroy();
    }
  });

  for (const [name, head] of [
    ['without the token', `POST ${PLANS_PATH} HTTP/1.1\r\n`],
    ['after 64 KiB', `POST ${PLANS_PATH} HTTP/1.1\r\nauthorization: Bearer ${SECRET}\r\n`],
    ['of a path that is not there', 'POST /nothing HTTP/1.1\r\n'],
    ['of a request that reads', `GET ${PLANS_PATH} HTTP/1.1\r\n`],
    ['of a stream', `GET ${EVENTS_PATH} HTTP/1.1\r\n`],
  ] as const) {
    it(`takes no endless body ${name}, and the answer comes nevertheless`, async () => {
      const socket = dial();
      let answer = '';
      socket.setEncoding('utf8').on('data', (part: string) => {
        answer += part;
      });
      socket.write(`${head}host: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`);
      const chunk = `${(64 * 1024).toString(16)}\r\n${' '.repeat(64 * 1024)}\r\n`;
      const closed = new Promise((resolve) => socket.once('close', resolve));
      const send = () => {
        while (!socket.destroyed && socket.bytesWritten < 2 * SOCKETS_HOLD && socket.write(chunk));
      };
      socket.on('drain', send);
      send();
      await until(() => socket.destroyed || socket.bytesWritten >= 2 * SOCKETS_HOLD);
      socket.destroy();
      await closed;
      expect(answer).to.match(/^HTTP\/1\.1 4\d\d .*"detail":/s);
      expect(socket.bytesWritten).to.be.lessThan(SOCKETS_HOLD);
    });
  }

  it('cuts a client off that asks on and on and reads nothing', async () => {
    const socket = dial().pause();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(`GET ${PLANS_PATH} HTTP/1.1\r\nhost: localhost\r\n\r\n`.repeat(200));
    socket.resume();
    let answers = 0;
    socket.setEncoding('latin1').on('data', (part: string) => {
      answers += part.split('HTTP/1.1 200').length - 1;
    });
    await closed;
    expect(answers).to.be.lessThan(2);
    expect((await fetch(api.url + PLANS_PATH)).status).to.equal(200);
  });

  it('keeps streams for those who have the token', async () => {
    const stop = new AbortController();
    const open = async (authorization?: string) =>
      (
        await fetch(api.url + EVENTS_PATH, {
          signal: stop.signal,
          ...(authorization && { headers: { authorization } }),
        })
      ).status;
    try {
      expect([await open(), await open('Bearer wrong'), await open()]).to.deep.equal([200, 200, 503]);
      expect([await open(`Bearer ${SECRET}`), await open(`Bearer ${SECRET}`)]).to.deep.equal([200, 503]);
    } finally {
      stop.abort();
    }
  });
});
