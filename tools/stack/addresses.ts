import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Service } from './compose.js';

/** Address of each service and alias; also, with its port, of `localhost:PORT` for a port that it publishes. */
export type Addresses = ReadonlyMap<string, string>;

/**
 * A loopback address for each service, so that all can have the ports that they have in containers. Linux answers on all
 * of 127.0.0.0/8.
 *
 * @throws Error where the machine has no such addresses
 */
export async function loopbackAddresses(services: readonly Service[]): Promise<Addresses> {
  const addresses = new Map<string, string>();
  const block = await freeBlock();
  for (const [index, { name, aliases, ports }] of services.entries()) {
    const address = `${block}.${index + 2}`;
    for (const known of [name, ...aliases]) addresses.set(known, address);
    for (const port of ports) addresses.set(`localhost:${port}`, `${address}:${port}`);
  }
  return addresses;
}

/** The first address of a block is taken for as long as this process runs: two stacks do not meet. */
async function freeBlock(): Promise<string> {
  for (let block = 1; block < 255; block += 1) {
    const guard = createServer().listen(GUARD_PORT, `127.77.${block}.1`);
    guard.unref();
    const error = await once(guard, 'listening').then(
      () => undefined,
      (reason: NodeJS.ErrnoException) => reason,
    );
    if (error === undefined) return `127.77.${block}`;
    if (error.code !== 'EADDRINUSE') throw new Error('npm run stack needs Linux, which has all of 127.0.0.0/8.');
  }
  throw new Error('254 stacks run on this machine.');
}

const GUARD_PORT = 7070;

/**
 * Puts addresses in place of the names of services, of the localhost that has their ports, and of 0.0.0.0, by which a
 * service means its own.
 */
export function withAddresses(text: string, addresses: Addresses, own: string): string {
  return text
    .replaceAll(/\blocalhost:\d+/g, (place) => addresses.get(place) ?? place)
    .replaceAll(/\b([a-z]+)(?=:\d)/g, (name) => addresses.get(name) ?? name)
    .replaceAll(/\b0\.0\.0\.0\b/g, own);
}
