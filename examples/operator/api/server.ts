import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { requireSecret } from '../secret.js';
import { type AccessToken, actorOf, isHolder } from './access.js';
import type { ControlledController } from './controlled.js';
import { controllerHandlers } from './controller-routes.js';
import { EventStreams, type StreamLimits } from './event-streams.js';
import { requireHost } from './host.js';
import { planHandlers } from './plan-routes.js';
import { Problem, parseTarget, sendError } from './problem.js';
import { route } from './router.js';
import { hasBody } from './unread-body.js';

const SERVER_LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  connectionsCheckingInterval: 1_000,
};
const STREAM_LIMITS: StreamLimits = {
  keepAliveMs: 15_000,
  maxBacklogBytes: 1 << 20,
  maxStreams: 64,
  maxOpenStreams: 48,
};
/** What is said of a failure of its own. */
const FAILURE = { server: 'control API', says: 'The controller failed; its log says why.' };
/** Longest time in which a client neither sends nor takes a byte. */
const TAKEN_WITHIN_MS = 10_000;
/** Of all answers: what is shown may be private, and is true for this moment only. */
const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

/** Options of {@link startControlApi}. */
export interface ControlApiOptions {
  readonly controllers: readonly ControlledController[];
  readonly token: AccessToken;
  /** 0 for one that is free. */
  readonly port: number;
  /** The address to listen on. Default: 127.0.0.1. */
  readonly host?: string;
  /** Names in the `host` header, without port, that are answered besides those of the loopback interface. Default: none. */
  readonly hosts?: readonly string[];
  readonly streamLimits?: Partial<StreamLimits>;
  /**
   * The clock of the controllers, in milliseconds since the Unix epoch. Answers carry its time as their `date`, so that
   * clients can work ages out. Default: the machine's.
   */
  readonly clock?: () => number;
}

/** A control API that runs. */
export interface ControlApi {
  readonly url: string;
  /** Ends all streams and connections. */
  close(): Promise<void>;
}

/**
 * Serves what operators may ask of controllers.
 *
 * @throws UnusableSecret when the token is empty
 * @throws Error when the port is taken
 */
export async function startControlApi(options: ControlApiOptions): Promise<ControlApi> {
  const { clock = Date.now, host = '127.0.0.1', token } = options;
  requireSecret('token.secret', token.secret);
  const hosts = (options.hosts ?? []).map((name) => name.trim().toLowerCase()).filter((name) => name !== '');
  const streams = new EventStreams(options.controllers, { ...STREAM_LIMITS, ...options.streamLimits }, clock);
  const handlers = { ...planHandlers(options.controllers, streams), ...controllerHandlers(options.controllers) };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    requireHost(request, hosts);
    const { pathname, searchParams } = parseTarget(request.url);
    const { handler, changes, ...named } = route(handlers, request.method, pathname);
    const actor = changes ? actorOf(request, token) : '';
    if (!changes && hasBody(request)) throw new Problem(400, 'A request that changes nothing takes no body.');
    const query = Object.fromEntries(searchParams);
    await handler({ request, response, query, actor, isHolder: isHolder(request, token), ...named });
  }

  const server = createServer(SERVER_LIMITS, (request, response) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    response.setHeader('date', new Date(clock()).toUTCString());
    answer(request, response).catch((error: unknown) => sendError(request, response, error, FAILURE));
  });
  // One request a connection, so that answers which a client does not take cannot pile up; and only for so long.
  server.maxRequestsPerSocket = 1;
  server.on('dropRequest', (_request, socket) => socket.destroy());
  server.timeout = TAKEN_WITHIN_MS;
  server.listen(options.port, host);
  await once(server, 'listening');
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      streams.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
