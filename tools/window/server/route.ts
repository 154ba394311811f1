import type { IncomingMessage, ServerResponse } from 'node:http';

/** A GET or HEAD that came to this host. */
interface WindowRequest {
  readonly request: IncomingMessage;
  /** Has the headers of all answers already; a route may set others in their place. */
  readonly response: ServerResponse;
  /** Still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/**
 * Answers a request, or leaves it to the next.
 *
 * @returns true when it has answered
 * @throws Problem for one that is refused
 */
export type WindowRoute = (request: WindowRequest) => Promise<boolean>;
