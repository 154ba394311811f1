import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { requireHost } from '../../../examples/operator/api/host.js';
import { Problem, parseTarget, sendError } from '../../../examples/operator/api/problem.js';
import { sendRunbook } from '../../../examples/runbooks/pages-route.js';
import { apiRoute } from './api.js';
import { lightPage } from './light-page.js';
import type { WindowRoute } from './route.js';
import type { WindowSources } from './sources.js';

/** Port of the page, unless it is taken. */
export const WINDOW_PORT = 7072;

/** This machine alone. */
const HOST = '127.0.0.1';
const LIMITS = { headersTimeout: 10_000, requestTimeout: 15_000, connectionsCheckingInterval: 1_000 };
/** What is said of a failure of its own. */
const FAILURE = { server: 'window', says: 'The window failed; its terminal says why.' };
/** Longest time in which a client neither sends nor takes a byte. */
const TAKEN_WITHIN_MS = 30_000;
/** Of all answers: they are true for this moment only, and nothing but the window's own may be loaded or frame it. */
const HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
    "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};

/** Options of {@link startWindow}. */
export interface WindowOptions {
  /** 0 for one that is free. */
  readonly port: number;
  readonly sources: WindowSources;
  /** Asked before the window's own. */
  readonly routes?: readonly WindowRoute[];
}

/** A window that is open. */
export interface Window {
  /** Ends in a slash. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves the page, what it shows, and the runbooks, to this machine.
 *
 * @throws Error when the port is taken
 */
export async function startWindow({ port, sources, routes = [] }: WindowOptions): Promise<Window> {
  const all: readonly WindowRoute[] = [...routes, apiRoute(sources), lightPage(), runbooks];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    requireHost(request, []);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      throw new Problem(405, 'The window only shows.', { allow: 'GET, HEAD' });
    }
    const { pathname: path, searchParams: query } = parseTarget(request.url);
    for (const route of all) if (await route({ request, response, path, query })) return;
    throw new Problem(404, 'There is nothing at this path.');
  }

  const server = createServer(LIMITS, (request, response) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    answer(request, response).catch((error: unknown) => sendError(request, response, error, FAILURE));
  });
  server.timeout = TAKEN_WITHIN_MS;
  server.listen(port, HOST);
  await once(server, 'listening');
  return {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}/`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const runbooks: WindowRoute = ({ path, response }) => sendRunbook(path, response, 'All plans');
