import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';

/** What a receiver was sent. */
export interface Received {
  readonly body: string;
  readonly authorization: string | undefined;
}

/** Whom Alertmanager can notify. */
const RECEIVERS = ['pagerduty', 'teams', 'slack', 'tickets'] as const;
/** One of them. */
export type ReceiverName = (typeof RECEIVERS)[number];

/** Stands in for PagerDuty's Events API, a Teams workflow, Slack's webhook and a ticket system: each takes all and keeps it. */
export class StandIn {
  readonly received: Readonly<Record<ReceiverName, Received[]>> = {
    pagerduty: [],
    teams: [],
    slack: [],
    tickets: [],
  };
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
    server.on('request', async (request, response) => {
      const body = await text(request).catch((error: unknown) => {
        // Who is ended in the middle of a request sends no more of it.
        if (request.complete) throw error;
      });
      if (body === undefined) return;
      const receiver = RECEIVERS.find((name) => request.url === `/${name}`);
      if (receiver !== undefined) {
        const { authorization } = request.headers;
        this.received[receiver].push({ body, authorization });
      }
      // Slack answers with a word.
      response.writeHead(receiver === undefined ? 404 : receiver === 'slack' ? 200 : 202).end('ok');
    });
  }

  static async start(): Promise<StandIn> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new StandIn(server);
  }

  /** The bodies, read as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: each receiver has a format of its own.
  messages(receiver: ReceiverName): any[] {
    return this.received[receiver].map(({ body }) => JSON.parse(body));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
