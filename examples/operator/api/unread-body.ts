import type { IncomingMessage, ServerResponse } from 'node:http';

/** Time for the client to take the answer before the connection is cut. */
const LINGER_MS = 1_000;

/** True when the request announces a body. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * Answers a request and closes its connection where the rest of the body is not wanted: Node would go on taking it,
 * for as long as the client sends. It is not read while the client takes the answer, which an instant cut could cost it.
 */
export function endUnread(request: IncomingMessage, response: ServerResponse, status: number, body = ''): void {
  if (request.complete) {
    response.writeHead(status).end(body);
    return;
  }
  request.removeAllListeners('data').pause();
  response.writeHead(status, { connection: 'close', 'content-length': Buffer.byteLength(body) });
  // Ended only by the cut: at its end Node would begin to read.
  if (body === '') response.flushHeaders();
  else response.write(body);
  const cut = setTimeout(() => request.socket.destroy(), LINGER_MS);
  response.once('close', () => clearTimeout(cut));
}
