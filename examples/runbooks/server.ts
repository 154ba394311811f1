import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendNothing, sendRunbook } from './pages-route.js';

/** Port to which the links of the shipped alerts lead. */
export const RUNBOOKS_PORT = 7071;

/** Longest time in which a client neither sends nor takes a byte. */
const TAKEN_WITHIN_MS = 10_000;

/** The runbooks, where a browser finds them. */
export interface RunbookServer {
  /** The address of an alert's page is this, a slash and its name. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves the runbooks as pages.
 *
 * @param port 0 for one that is free
 * @throws Error when the port is taken
 */
export async function startRunbooks(port: number, host = '127.0.0.1'): Promise<RunbookServer> {
  async function answer({ method, url = '/' }: IncomingMessage, response: ServerResponse): Promise<void> {
    if (method !== 'GET' && method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
      return;
    }
    const [path = ''] = url.split('?');
    if (path === '/') response.writeHead(302, { location: '/runbooks/' }).end();
    else if (!(await sendRunbook(path, response))) sendNothing(response);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      console.error('runbooks:', error);
      response.destroy();
    });
  });
  // One request a connection: no body is taken after its answer, and answers that nobody reads cannot pile up.
  server.maxRequestsPerSocket = 1;
  server.on('dropRequest', (_request, socket) => socket.destroy());
  server.timeout = TAKEN_WITHIN_MS;
  server.listen(port, host);
  await once(server, 'listening');
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}/runbooks`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
