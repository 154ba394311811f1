import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { livePlans } from './live-plans.js';
import { promClientTwin } from './prom-client-twin.js';

/** What to answer scrapes with. */
export type Rival =
  | { readonly kind: 'promClient'; readonly plans: number }
  | { readonly kind: 'readyText'; readonly from: string }
  | { readonly kind: 'emptyAnswer' };

/** Where it is served. */
export interface Served {
  readonly port: number;
}

type Answer = () => string | Buffer | Promise<string>;

async function answerOf(rival: Rival): Promise<Answer> {
  if (rival.kind === 'emptyAnswer') return () => '';
  if (rival.kind === 'readyText') {
    const text = Buffer.from(await (await fetch(rival.from)).arrayBuffer());
    return () => text;
  }
  const { producer, disable } = livePlans(rival.plans);
  const twin = promClientTwin(await producer.collect());
  disable();
  return () => twin.metrics();
}

process.once('message', async (rival: Rival) => {
  const answer = await answerOf(rival);
  const server = createServer(async (_request, response) => {
    const text = await answer();
    response.setHeader('content-type', 'text/plain').end(text);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  process.send?.({ port: (server.address() as AddressInfo).port } satisfies Served);
  process.once('disconnect', () => process.exit());
});
