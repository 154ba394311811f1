import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AccessToken, actorOf } from './access.js';
import type { ControlledController } from './controlled.js';
import { controllerHandlers } from './controller-routes.js';
import { EventStreams, type StreamLimits } from './event-streams.js';
import { planHandlers } from './plan-routes.js';
import { Problem, problemOf, sendProblem } from './problem.js';
import { route } from './router.js';

const SERVER_LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
};
const STREAM_LIMITS: StreamLimits = { keepAliveMs: 15_000, maxBacklogBytes: 1 << 20, maxStreams: 64 };

/** Options of {@link startControlApi}. */
export interface ControlApiOptions {
  readonly controllers: readonly ControlledController[];
  readonly token: AccessToken;
  /** 0 for one that is free. */
  readonly port: number;
  /** The address to listen on. Default: 127.0.0.1. */
  readonly host?: string;
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
 * @throws Error when the port is taken
 */
export async function startControlApi(options: ControlApiOptions): Promise<ControlApi> {
  const { clock = Date.now, host = '127.0.0.1' } = options;
  const streams = new EventStreams(options.controllers, { ...STREAM_LIMITS, ...options.streamLimits }, clock);
  const handlers = { ...planHandlers(options.controllers, streams), ...controllerHandlers(options.controllers) };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = parseUrl(request.url);
    const { handler, changes, ...named } = route(handlers, request.method, pathname);
    const actor = changes ? actorOf(request, options.token) : '';
    await handler({ request, response, query: Object.fromEntries(searchParams), actor, ...named });
  }

  const server = createServer(SERVER_LIMITS, (request, response) => {
    response.setHeader('date', new Date(clock()).toUTCString());
    answer(request, response).catch((error: unknown) => sendError(request, response, error));
  });
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

function parseUrl(url = '/'): URL {
  try {
    return new URL(url, 'http://localhost');
  } catch {
    throw new Problem(400, 'The request target is not a valid path.');
  }
}

function sendError(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  // Nobody is left to read an answer.
  if (request.errored !== null || response.destroyed) return;
  const problem = problemOf(error);
  if (problem === undefined) console.error('control API:', error);
  if (response.headersSent) response.destroy();
  else sendProblem(response, problem ?? new Problem(500, 'The controller failed; its log says why.'));
}
