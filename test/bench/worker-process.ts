import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A process that answers each request with one reply, and idles in between. */
export class WorkerProcess<Request extends object, Reply> {
  readonly #process: ChildProcess;
  readonly #ended: Promise<never>;

  /**
   * @param file relative to this directory
   * @param flags for node itself
   */
  constructor(file: string, args: readonly string[], flags: readonly string[] = []) {
    const path = fileURLToPath(new URL(file, import.meta.url));
    this.#process = fork(path, args, { execArgv: ['--expose-gc', ...flags] });
    this.#ended = once(this.#process, 'exit').then(([code]) => {
      throw new Error(`${file} ${args.join(' ')} ended with ${code}`);
    });
    // Between two requests, as after stop(), nobody waits for the end.
    this.#ended.catch(() => {});
  }

  async request(request: Request): Promise<Reply> {
    const reply = once(this.#process, 'message') as Promise<[Reply]>;
    this.#process.send(request);
    const [message] = await Promise.race([reply, this.#ended]);
    return message;
  }

  /** Lets the process end. */
  stop(): void {
    if (this.#process.connected) this.#process.disconnect();
  }
}
