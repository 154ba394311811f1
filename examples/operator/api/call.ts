import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request that has found its route. */
export interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: Readonly<Record<string, string>>;
  /** The plan in the path; empty where there is none. */
  readonly planId: string;
  /** The cluster in the path; empty where there is none. */
  readonly namespace: string;
  readonly cluster: string;
  /** Name of the sender; empty for requests that change nothing. */
  readonly actor: string;
  /** The sender has shown the token. */
  readonly isHolder: boolean;
}

/** Answers a call. */
export type Handler = (call: Call) => Promise<void> | void;

/** Answers with what a program reads. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
