import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect } from 'chai';
import { SharedTurn } from '../../../lib/exposition/shared-turn.js';
import { writeAnswer } from '../../../lib/exposition/write-answer.js';
import { Cleanup } from '../../support/cleanup.js';

const REQUEST = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
/** More than the system takes for a reader. */
const CHUNKS = Array.from({ length: 1_000 }, () => Buffer.alloc(65_536, 'x'));

describe('the writing of an answer', () => {
  const cleanup = Cleanup.forEachTest();

  /** Answers what a client asks for; the answers in the order of the requests. */
  async function answersTo(requests: string, isRead: boolean) {
    const responses: ServerResponse[] = [];
    const server = createServer((_request, response) => responses.push(response));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.on('error', () => {});
    cleanup.add(() => {
      socket.destroy();
      server.closeAllConnections();
      server.close();
    });
    let bytes = 0;
    if (isRead) socket.on('data', (chunk) => (bytes += chunk.length));
    else socket.pause();
    socket.write(requests);
    while (responses.length < requests.length / REQUEST.length) await once(server, 'request');
    const leave = () => socket.destroy();
    return { responses: responses as [ServerResponse, ...ServerResponse[]], bytes: () => bytes, leave };
  }

  it('goes on for as long as it is read', async () => {
    const { responses, bytes } = await answersTo(REQUEST, true);
    await writeAnswer(responses[0], CHUNKS, new SharedTurn(), 5_000);
    expect(responses[0].writableFinished).to.equal(true);
    expect(bytes()).to.be.greaterThan(50_000_000);
  });

  it('cuts a reader that takes nothing', async () => {
    const { responses } = await answersTo(REQUEST, false);
    await writeAnswer(responses[0], CHUNKS, new SharedTurn(), 50);
    expect(responses[0].destroyed).to.equal(true);
    expect(responses[0].writableFinished).to.equal(false);
  });

  it('is over as soon as the reader has gone, also at its last write', async () => {
    const { responses, leave } = await answersTo(REQUEST, false);
    const written = writeAnswer(responses[0], [Buffer.concat(CHUNKS)], new SharedTurn(), 600_000);
    setImmediate(leave);
    await written;
    expect(responses[0].destroyed).to.equal(true);
  });

  it('does not wait for ever behind an answer on the same connection that nobody writes', async () => {
    const { responses } = await answersTo(REQUEST + REQUEST, true);
    await writeAnswer(responses[1] as ServerResponse, CHUNKS.slice(0, 3), new SharedTurn(), 50);
    expect(responses[1]?.destroyed).to.equal(true);
  });
});
