import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ContestantName } from './all.js';
import type { RoundReply, RoundRequest } from './worker.js';

const WORKER = fileURLToPath(new URL('./worker.js', import.meta.url));

/** One contestant, idle in a process of its own until its next round. */
export class ContestantProcess {
  readonly #process: ChildProcess;
  readonly #ended: Promise<never>;

  constructor(name: ContestantName) {
    this.#process = fork(WORKER, [name], { execArgv: ['--expose-gc'] });
    this.#ended = once(this.#process, 'exit').then(([code]) => {
      throw new Error(`${name} ended with ${code}`);
    });
    // Between two rounds, as after stop(), nobody waits for the end.
    this.#ended.catch(() => {});
  }

  async round(request: RoundRequest): Promise<RoundReply> {
    const reply = once(this.#process, 'message') as Promise<[RoundReply]>;
    this.#process.send(request);
    const [message] = await Promise.race([reply, this.#ended]);
    return message;
  }

  /** Lets the process end. */
  stop(): void {
    this.#process.disconnect();
  }
}
