import { type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse, STATUS_CODES } from 'node:http';
import { Refusal, type RefusalReason } from '../controllable.js';
import { endUnread } from './unread-body.js';
import type { ProblemDocument } from './wire.js';

/** A request that is refused, with a status and a sentence for its sender. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;

  constructor(status: number, detail: string, headers: OutgoingHttpHeaders = {}) {
    super(detail);
    this.status = status;
    this.headers = headers;
  }
}

const STATUS_OF_REFUSAL: Readonly<Record<RefusalReason, number>> = {
  unknown_plan: 404,
  unknown_node: 422,
  conflict: 409,
  nothing_to_do: 409,
};

/** The answer to the sender of a request for any error; undefined for one that is not the sender's. */
function problemOf(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  if (error instanceof Refusal) return new Problem(STATUS_OF_REFUSAL[error.reason], error.message);
  return undefined;
}

/** Answers with a problem, and takes no more of the request. */
function sendProblem(request: IncomingMessage, response: ServerResponse, { status, message, headers }: Problem): void {
  const document: ProblemDocument = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: message,
  };
  response.setHeader('content-type', 'application/problem+json');
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) response.setHeader(name, value);
  endUnread(request, response, status, JSON.stringify(document));
}

/** The target of a request, whose host and scheme say nothing. */
export function parseTarget(url = '/'): URL {
  try {
    return new URL(url, 'http://localhost');
  } catch {
    throw new Problem(400, 'The request target is not a valid path.');
  }
}

/**
 * Answers a request that has failed.
 *
 * @param server who writes on its terminal what is no fault of the sender
 * @param says what the sender is told then
 */
export function sendError(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  { server, says }: { readonly server: string; readonly says: string },
): void {
  // Nobody is left to read an answer.
  if (request.errored !== null || response.destroyed) return;
  const problem = problemOf(error);
  if (problem === undefined) console.error(`${server}:`, error);
  if (response.headersSent) response.destroy();
  else sendProblem(request, response, problem ?? new Problem(500, says));
}
