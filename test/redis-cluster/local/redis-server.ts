import type { Address } from '../../../examples/redis-cluster/connections.js';
import { program } from '../../../tools/program.js';
import type { Certificate } from '../../collector/support/certificates.js';
import { type Launch, Server } from '../../support/server.js';

/** What a server asks of those who connect, and shows them. */
export interface Lock {
  readonly password: string;
  readonly certificate: Certificate;
}

function locked(port: number, { password, certificate: { cert, key, ca } }: Lock) {
  return {
    port: 0,
    'tls-port': port,
    'tls-cert-file': cert,
    'tls-key-file': key,
    'tls-ca-cert-file': ca,
    'tls-cluster': 'yes',
    'tls-replication': 'yes',
    requirepass: password,
    masterauth: password,
  };
}

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
  static start(port: number, busPort: number, nodeTimeout: number, lock?: Lock): Promise<RedisServer> {
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
        ...(lock && locked(port, lock)),
      };
      const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
      const command = [await program('redis-server'), ...args];
      return new RedisServer(folder, { command, ready: /Ready to accept connections/ }, port, busPort);
    });
  }
}
