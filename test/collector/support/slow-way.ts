import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A way to a server on which each answer takes longer. */
export class SlowWay {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @param to `host:port` */
  static async start(to: string, delayMillis: number): Promise<SlowWay> {
    const [host, port] = to.split(':');
    const server = createServer();
    const way = new SlowWay(server);
    server.on('connection', (near) => {
      const far = connect(Number(port), host);
      near.pipe(far);
      // Timers of the same delay keep their order.
      far.on('data', (data) => setTimeout(() => near.write(data), delayMillis));
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        way.#sockets.add(socket);
        // The other end says what has happened.
        socket.on('error', () => other.destroy());
        socket.on('close', () => {
          way.#sockets.delete(socket);
          other.destroy();
        });
      }
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return way;
  }

  get endpoint(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
