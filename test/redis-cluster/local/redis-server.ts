import type { Address } from '../../../examples/redis-cluster/connections.js';
import { program } from '../../../tools/program.js';
import { type Launch, Server } from '../../support/server.js';

/** One `redis-server` process in cluster mode. */
export class RedisServer extends Server implements Address {
  readonly host = '127.0.0.1';
  readonly port: number;
  readonly busPort: number;

  private constructor(folder: string, launch: Launch, port: number, busPort: number) {
    super(folder, launch);
    this.port = port;
    this.busPort = busPort;
  }

  /** @param nodeTimeout milliseconds after which a silent node is taken for dead */
  static start(port: number, busPort: number, nodeTimeout: number): Promise<RedisServer> {
    return RedisServer.launched('redis', async (folder) => {
      const options = {
        bind: '127.0.0.1',
        port,
        'cluster-port': busPort,
        dir: folder,
        'cluster-enabled': 'yes',
        'cluster-node-timeout': nodeTimeout,
        // Replicas are the safety net here, not files. Without a delay they are in place at once.
        save: '',
        appendonly: 'no',
        'repl-diskless-sync-delay': 0,
      };
      const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
      const command = [await program('redis-server'), ...args];
      return new RedisServer(folder, { command, ready: /Ready to accept connections/ }, port, busPort);
    });
  }
}
