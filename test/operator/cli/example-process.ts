import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { SECRET, type TestApi } from '../api/control-api.js';

const EXAMPLES = new URL('../../../examples/', import.meta.url).pathname;

/** End of a program. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** An example in a process of its own, and what it has printed. */
export class ExampleProcess {
  stdout = '';
  stderr = '';
  readonly #process: ChildProcessByStdio<null, Readable, Readable>;
  readonly #closed: Promise<[code: number | null]>;

  /** @param program path below `examples/` */
  constructor(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.#process = spawn(process.execPath, [EXAMPLES + program, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // From the start, because it may have ended before anybody asks. `close` comes when all output has been read, `exit`
    // may come before.
    this.#closed = once(this.#process, 'close') as Promise<[number | null]>;
    this.#process.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.#process.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
  }

  /** Does as Ctrl-C. */
  interrupt(): void {
    this.#process.kill('SIGINT');
  }

  async end(): Promise<Ended> {
    const [code] = await this.#closed;
    return { code, stdout: this.stdout, stderr: this.stderr };
  }
}

/** Starts `mesh ARGS` with nothing in its environment. */
export function startMesh(args: readonly string[], env: NodeJS.ProcessEnv = {}): ExampleProcess {
  return new ExampleProcess('operator/cli/main.js', args, env);
}

/** Starts `mesh shards rebalance ARGS` with the address and the token of a control API in its environment. */
export function startCli(api: TestApi, args: readonly string[], env: NodeJS.ProcessEnv = {}): ExampleProcess {
  const connection = { MESH_CONTROL_URL: api.url, MESH_CONTROL_TOKEN: SECRET, USER: 'ada' };
  return startMesh(['shards', 'rebalance', ...args], { ...connection, ...env });
}

/** Runs `mesh shards rebalance ARGS` to its end. */
export function runCli(api: TestApi, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return startCli(api, args, env).end();
}
