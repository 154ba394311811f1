import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { END_WITHIN_MS } from './end-within.js';
import { until } from './until.js';

/**
 * For programs in Go that work hard for a short time and then end: they collect their garbage when the heap has grown
 * fivefold, not twofold, which saves a third of the CPU seconds of a rule test over a fleet.
 */
export const SELDOM_COLLECTED = { GOGC: '400' };

/** Runs a program to its end; its output in the error when it fails. */
export async function run(command: string, args: readonly string[], cwd?: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(command, args, { cwd, maxBuffer: 64 << 20 });
    return stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(' ')}\n${stdout}\n${stderr}`, { cause: error });
  }
}

/**
 * Ports that no system gives to who asks for any: Linux begins at 32768, others higher. So nobody is given one between
 * the moment at which it is found free and its use, nor while the server that has it is started anew. Browsers refuse
 * some that are lower.
 */
const [FIRST_PORT, PORTS] = [11_000, 21_000];
/** Processes that run side by side begin apart, and none comes back to a port soon. */
let nextPort = (process.pid * 1_009) % PORTS;

/** Ports of 127.0.0.1 that are free, each another. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = FIRST_PORT + nextPort;
    nextPort = (nextPort + 1) % PORTS;
    if (await isFree(port)) ports.push(port);
  }
  return ports;
}

function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  return once(server, 'listening').then(
    () => new Promise((resolve) => server.close(() => resolve(true))),
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') throw error;
      return false;
    },
  );
}

/** A port of 127.0.0.1 that is free. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  return port as number;
}

/** The address of a server on such a port. */
export async function freeUrl(): Promise<string> {
  return `http://127.0.0.1:${await freePort()}`;
}

/** What must not outlive the tests, also when one of them ends before it can stop what it has started. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Stops every program that was started here and still runs; their command lines. */
export async function stopAll(): Promise<string[]> {
  const left = [...running];
  await Promise.all(left.map((child) => end(child)));
  return left.map(({ spawnargs }) => spawnargs.join(' '));
}

/** Has a process end, and waits for it; SIGKILL ends it as a crash would. */
export async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (hasEnded(child)) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS);
  await exited;
  clearTimeout(timer);
}

function hasEnded({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid === undefined || exitCode !== null || signalCode !== null;
}

/** A program that runs until it is stopped. */
export class Daemon {
  readonly process: ChildProcess;
  #output = '';

  /** @param env added to this process' environment */
  constructor(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.process = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    running.add(this.process);
    this.process.once('exit', () => running.delete(this.process));
    // One that could not be started never exits.
    this.process.once('error', (error) => {
      running.delete(this.process);
      this.#output += error.message;
    });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
    }
  }

  /** What it has printed. */
  get output(): string {
    return this.#output;
  }

  /** {@link until}, but what it has printed is thrown at once when it has ended. */
  async until<T>(attempt: () => Promise<T | undefined | false> | T | undefined | false, timeoutMs?: number) {
    const ended = Symbol('ended');
    const found = await until(async () => (hasEnded(this.process) ? ended : await attempt()), timeoutMs);
    if (found === ended) throw new Error(`${this.process.spawnfile} has ended\n${this.#output}`);
    return found as Exclude<T, undefined | false>;
  }

  stop(): Promise<void> {
    return end(this.process);
  }

  /** Ends it as a crash would. */
  kill(): Promise<void> {
    return end(this.process, 'SIGKILL');
  }
}
