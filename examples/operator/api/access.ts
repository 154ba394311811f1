import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Problem } from './problem.js';
import { text } from './request-fields.js';
import { ACTOR_HEADER, MAX_NAME_LENGTH } from './wire.js';

/** Token that opens the verbs which change something. */
export interface AccessToken {
  /** Actor that is recorded where a request names nobody. */
  readonly name: string;
  readonly secret: string;
}

/**
 * Who sends a request that changes something.
 *
 * @throws Problem 401 without the token, 400 for an actor that is no plain text
 */
export function actorOf(request: IncomingMessage, token: AccessToken): string {
  const { headers } = request;
  if (!isHolder(request, token)) {
    const error = givenToken(request) === '' ? '' : ', error="invalid_token"';
    throw new Problem(401, 'This needs the header "authorization: Bearer TOKEN" with the token of the control API.', {
      'www-authenticate': `Bearer realm="rebalance control"${error}`,
    });
  }
  const actor = headers[ACTOR_HEADER];
  return actor === undefined || actor === '' ? token.name : text(ACTOR_HEADER, actor, MAX_NAME_LENGTH);
}

/** True when the sender of a request has the token. */
export function isHolder(request: IncomingMessage, { secret }: AccessToken): boolean {
  return isSame(givenToken(request), secret);
}

/** The token that a request shows; empty where it shows none. */
function givenToken({ headers }: IncomingMessage): string {
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
}

/** Digests are of one length, so the time of the comparison gives nothing of the secret away. */
function isSame(given: string, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}
