import { once } from 'node:events';
import { constants, createGzip } from 'node:zlib';

/** Bytes below which there is nothing to be won. */
const LEAST_BYTES = 16_384;

/** True where the bytes that are saved on the way are worth the time: not within one machine. */
export function pays(bytes: number, peer: string | undefined): boolean {
  return bytes >= LEAST_BYTES && !/^(::1|(::ffff:)?127\.[\d.]+)$/.test(peer ?? '');
}

/** Compresses in a thread of Node's pool. */
export async function compress(chunks: readonly Buffer[]): Promise<Buffer[]> {
  // Label sets repeat so much that more effort saves little.
  const gzip = createGzip({ level: constants.Z_BEST_SPEED });
  const compressed: Buffer[] = [];
  gzip.on('data', (chunk: Buffer) => compressed.push(chunk));
  for (const chunk of chunks) if (!gzip.write(chunk)) await once(gzip, 'drain');
  const ended = once(gzip, 'end');
  gzip.end();
  await ended;
  return compressed;
}
