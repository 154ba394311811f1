import { isIPv4 } from 'node:net';

/** True for a host that only this machine answers for. IPv6 addresses stand in brackets, as in a URL. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || (isIPv4(host) && host.startsWith('127.'));
}
