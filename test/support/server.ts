import { readFile } from 'node:fs/promises';
import { Cleanup, removeFolder } from './cleanup.js';
import { Daemon } from './process.js';

/** How a server is run. */
export interface Launch {
  readonly command: readonly string[];
  /** Added to this process' environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** The address that answers when it can be used, or what it prints by then. */
  readonly ready: string | RegExp;
}

/** A real program that serves, with a folder of its own. It can be ended and started again over what it has stored. */
export class Server {
  /** Removed at its end. */
  readonly folder: string;
  readonly #launch: Launch;
  #daemon: Daemon | undefined;

  protected constructor(folder: string, launch: Launch) {
    this.folder = folder;
    this.#launch = launch;
  }

  /** Makes a server over a new folder and starts it. */
  protected static launched<S extends Server>(name: string, make: (folder: string) => Promise<S>): Promise<S> {
    return Cleanup.whole(async (parts) => {
      const server = await make(await parts.folder(name));
      parts.add(() => server.halt());
      await server.restart();
      return server;
    });
  }

  /** What it has printed since it was last started. */
  get log(): string {
    return this.#daemon?.output ?? '';
  }

  get processId(): number {
    return this.#daemon?.process.pid as number;
  }

  /** MiB of memory that it has at the moment. */
  async residentMib(): Promise<number> {
    const status = await readFile(`/proc/${this.processId}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1_024;
  }

  /** Ends it as a crash would. */
  async kill(): Promise<void> {
    await this.#daemon?.kill();
  }

  /** Ends it, and leaves its folder for {@link restart}. */
  async halt(): Promise<void> {
    await this.#daemon?.stop();
  }

  /** Starts it after {@link kill} or {@link halt}, and waits until it can be used. */
  async restart(): Promise<void> {
    const { command, env, ready } = this.#launch;
    const [program = '', ...args] = command;
    const daemon = new Daemon(program, args, env);
    this.#daemon = daemon;
    const isReady = async () => (typeof ready === 'string' ? (await fetch(ready)).ok : ready.test(daemon.output));
    await daemon.until(isReady);
  }

  async stop(): Promise<void> {
    await this.halt();
    await removeFolder(this.folder);
  }
}
