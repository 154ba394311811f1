import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pageHtml } from './page-html.js';
import { followLink, listPages, PAGES_ROOT } from './pages.js';

/** Port to which the links of the shipped alerts lead. */
export const RUNBOOKS_PORT = 7071;

/** Longest time in which a client neither sends nor takes a byte. */
const TAKEN_WITHIN_MS = 10_000;
const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  // Nothing but the page's own style.
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  'x-content-type-options': 'nosniff',
};

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
  const pages = listPages();

  async function answer({ method, url = '/' }: IncomingMessage, response: ServerResponse): Promise<void> {
    if (method !== 'GET' && method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
      return;
    }
    const [path = ''] = url.split('?');
    const file = pages.get(path) ?? pages.get(path.replace(/\.md$/, ''));
    if (file !== undefined) {
      const markdown = await readFile(new URL(file, PAGES_ROOT), 'utf8');
      response.writeHead(200, HEADERS).end(pageHtml(markdown, (href) => followLink(pages, file, href)));
    } else if (path === '/' || path === '/runbooks') {
      response.writeHead(302, { location: '/runbooks/' }).end();
    } else {
      const nothing = '# No such page\n\nIt is not here. The [index](README.md) has every runbook.';
      response.writeHead(404, HEADERS).end(pageHtml(nothing, () => '/runbooks/'));
    }
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
