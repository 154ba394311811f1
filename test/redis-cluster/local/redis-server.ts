import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Address } from '../../../examples/redis-cluster/connections.js';

/** One `redis-server` process in cluster mode. */
export class RedisServer implements Address {
  readonly host = '127.0.0.1';
  readonly port: number;
  readonly busPort: number;
  readonly #process: ChildProcess;
  readonly #exited: Promise<unknown>;

  private constructor(process: ChildProcess, port: number, busPort: number) {
    this.#process = process;
    this.#exited = once(process, 'exit');
    this.port = port;
    this.busPort = busPort;
  }

  /**
   * @param program its path
   * @param folder for what the server writes; made if need be
   * @param nodeTimeout milliseconds after which a silent node is taken for dead
   * @throws Error with the server's output when it does not start
   */
  static async start(
    program: string,
    folder: string,
    port: number,
    busPort: number,
    nodeTimeout: number,
  ): Promise<RedisServer> {
    await mkdir(folder, { recursive: true });
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
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const kill = () => child.kill('SIGKILL');
    process.once('exit', kill);
    child.once('exit', () => process.off('exit', kill));
    const server = new RedisServer(child, port, busPort);
    await server.#ready();
    return server;
  }

  /** Ends the process as a crash would. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#exited;
  }

  async #ready(): Promise<void> {
    const lines: string[] = [];
    if (this.#process.stdout === null) throw new Error('no output to read');
    for await (const line of createInterface(this.#process.stdout)) {
      lines.push(line);
      if (line.includes('Ready to accept connections')) {
        // Unread, the pipe would fill and stall the server.
        this.#process.stdout.resume();
        return;
      }
    }
    throw new Error(lines.join('\n'));
  }
}
