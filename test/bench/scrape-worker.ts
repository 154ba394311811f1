import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';

/** What Prometheus 3 asks for. */
const ACCEPT =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,' +
  'text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';

/** Scrapes of one address. */
export interface ScrapeRequest {
  readonly port: number;
  readonly scrapes: number;
  /** Scrapes that are under way at a time, each on a connection of its own. */
  readonly atOnce: number;
  /** Connections that first ask 20 times each and read nothing. */
  readonly unread?: number;
}

/** What they took. */
export interface ScrapeReply {
  /** Milliseconds of each, from the request to the last byte. */
  readonly millis: readonly number[];
  readonly bytes: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: 200 });
const PIPELINED = 20;

async function ask(port: number): Promise<IncomingMessage> {
  const request = get({ port, host: '127.0.0.1', path: '/metrics', agent, headers: { accept: ACCEPT } });
  try {
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return response;
  } catch (error) {
    // The server has ended the connection, which was idle, while it was asked.
    if (request.reusedSocket && (error as NodeJS.ErrnoException).code === 'ECONNRESET') return ask(port);
    throw error;
  }
}

async function scrape(port: number): Promise<{ millis: number; bytes: number }> {
  const since = performance.now();
  const response = await ask(port);
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  await once(response, 'end');
  if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`);
  return { millis: performance.now() - since, bytes };
}

async function ignore(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => {});
  socket.write(`GET /metrics HTTP/1.1\r\nHost: a\r\nAccept: ${ACCEPT}\r\n\r\n`.repeat(PIPELINED));
  return socket.pause();
}

process.on('message', async ({ port, scrapes, atOnce, unread = 0 }: ScrapeRequest) => {
  const ignored = await Promise.all(Array.from({ length: unread }, () => ignore(port)));
  const done: Awaited<ReturnType<typeof scrape>>[] = [];
  let left = scrapes;
  const client = async () => {
    while (left > 0) {
      left -= 1;
      done.push(await scrape(port));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, client));
  for (const socket of ignored) socket.destroy();
  process.send?.({ millis: done.map(({ millis }) => millis), bytes: done[0]?.bytes ?? 0 } satisfies ScrapeReply);
});
