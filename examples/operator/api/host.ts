import type { IncomingMessage } from 'node:http';
import { isLoopback } from '../loopback.js';
import { Problem } from './problem.js';

/**
 * Refuses a request for another host: a page of a stranger, whose name is made to lead here, would read all plans.
 *
 * @param hosts names besides those of the loopback interface, in lower case and without port
 * @throws Problem 421
 */
export function requireHost({ headers }: IncomingMessage, hosts: readonly string[]): void {
  const [, host = ''] = /^(\[[^\]]*\]|[^:]*?)\.?(?::\d*)?$/.exec((headers.host ?? '').toLowerCase()) ?? [];
  if (isLoopback(host) || (host !== '' && hosts.includes(host))) return;
  throw new Problem(421, 'The control API does not answer for this host. Its option "hosts" lists those that it does.');
}
