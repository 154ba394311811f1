import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { expect } from 'chai';
import { EVENTS_PATH, PLANS_PATH, type PlanList } from '../../../examples/operator/api/wire.js';
import { end } from '../../support/process.js';
import { until } from '../../support/until.js';
import type { Burst } from './flooded-api.js';

const MIB = 1 << 20;
/** Of the answers below, which are several times as much; and of the streams, for each of which 1 MiB may wait. */
const MOST_MIB = 150;
const MOST_MIB_OF_STREAMS = 45;

describe('the control API under clients that read nothing', () => {
  let api: ChildProcess;
  let url: URL;
  let before: number;
  let sockets: Socket[];

  beforeEach(async () => {
    sockets = [];
    api = fork(new URL('flooded-api.js', import.meta.url));
    const [started] = await once(api, 'message');
    url = new URL(started.url);
    before = await peakMib();
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await end(api);
  });

  /** Most memory that the process has ever had. */
  async function peakMib(): Promise<number> {
    const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(await readFile(`/proc/${api.pid}/status`, 'utf8')) ?? [];
    return Number(kib) / 1024;
  }

  async function unread(count: number, requests: string): Promise<void> {
    for (let i = 0; i < count; i++) {
      const socket = connect(Number(url.port), url.hostname)
        .on('error', () => {})
        .pause();
      sockets.push(socket);
      await once(socket, 'connect');
      socket.write(requests);
    }
  }

  async function expectAnswer(): Promise<void> {
    const response = await fetch(new URL(PLANS_PATH, url), { signal: AbortSignal.timeout(60_000) });
    expect(((await response.json()) as PlanList).plans).to.have.length(20);
  }

  async function burst(order: Burst): Promise<{ warnings: string[] }> {
    api.send(order);
    const [done] = await once(api, 'message');
    return done;
  }

  it('keeps few of the answers that they ask for, and goes on answering others', async () => {
    await unread(40, `GET ${PLANS_PATH} HTTP/1.1\r\nhost: localhost\r\n\r\n`.repeat(1_000));
    await expectAnswer();
    const { warnings } = await burst({ events: 0, characters: 0 });
    const grown = (await peakMib()) - before;
    console.log(`      ${grown.toFixed(0)} MiB for 40 connections with 1000 requests each`);
    expect(warnings).to.deep.equal([]);
    expect(grown).to.be.lessThan(MOST_MIB);
  });

  it('keeps 1 MiB of the events of each stream at most, and the streams of others', async () => {
    const reader = connect(Number(url.port), url.hostname).setEncoding('utf8');
    sockets.push(reader);
    let read = '';
    reader.on('data', (part: string) => {
      read = (read + part).slice(-2 * MIB);
    });
    const stream = `GET ${EVENTS_PATH} HTTP/1.1\r\nhost: localhost\r\n\r\n`;
    reader.write(stream);
    await unread(40, stream);
    await until(() => read.includes(': connected'));
    /** It is still there, and has got to the last event. */
    const seesNext = async () => {
      read = '';
      await burst({ events: 1, characters: 20 });
      await until(() => read.includes(`"reason":"${'€'.repeat(20)}"`));
    };
    for (let i = 0; i < 10; i++) {
      await burst({ events: 4, characters: 60_000 });
      await seesNext();
    }
    const grown = (await peakMib()) - before;
    // More than may wait for anybody.
    await burst({ events: 1, characters: 8 * MIB });
    await seesNext();
    await expectAnswer();
    const { warnings } = await burst({ events: 0, characters: 0 });
    console.log(`      ${grown.toFixed(0)} MiB for 40 streams with 7 MiB of events each`);
    expect(warnings).to.deep.equal([]);
    expect(grown).to.be.lessThan(MOST_MIB_OF_STREAMS);
  });
});
