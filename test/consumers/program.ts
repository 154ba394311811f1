import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';

/** Longest time for one installation, build or test run. */
const LONGEST_RUN_MS = 240_000;
const PATIENCE_AFTER_SIGTERM_MS = 10_000;

/** The environment of a person's shell, without what the shell of these tests says of its own project. */
const ENVIRONMENT: NodeJS.ProcessEnv = {
  ...process.env,
  // Some builds speak otherwise where CI is set, and warn of caches that only CI would miss.
  CI: undefined,
  NODE_ENV: undefined,
  NODE_OPTIONS: undefined,
  FORCE_COLOR: undefined,
  NO_COLOR: '1',
  NEXT_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
};

/** What must not outlive the tests. Each leads a process group, because tools start helpers. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) signalGroup(child, 'SIGKILL');
});

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** A program in a consumer's project, with what it prints on both streams. */
export class Program {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  #output = '';

  constructor(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}) {
    this.#child = spawn(command, args, {
      cwd,
      env: { ...ENVIRONMENT, ...env },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(this.#child);
    this.#closed = once(this.#child, 'close');
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
    }
  }

  get output(): string {
    return this.#output;
  }

  /** Waits until it ends by itself, and gives its exit code: null when it took too long and was killed. */
  async end(): Promise<number | null> {
    await this.#killedAfter(LONGEST_RUN_MS);
    return this.#child.exitCode;
  }

  async stop(): Promise<void> {
    signalGroup(this.#child, 'SIGTERM');
    await this.#killedAfter(PATIENCE_AFTER_SIGTERM_MS);
  }

  async #killedAfter(milliseconds: number): Promise<void> {
    const timer = setTimeout(() => signalGroup(this.#child, 'SIGKILL'), milliseconds);
    try {
      await this.#closed;
    } finally {
      clearTimeout(timer);
      running.delete(this.#child);
    }
  }
}

/** Runs a program to its end and gives what it printed. Throws with that when it fails. */
export async function runTool(
  command: string,
  args: readonly string[],
  cwd: string,
  env?: NodeJS.ProcessEnv,
): Promise<string> {
  const program = new Program(command, args, cwd, env);
  const code = await program.end();
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${program.output}`);
  return program.output;
}

const COMPLAINT = /\bwarn(ing)?s?\b|\berrors?\b|\bdeprecat|\bnot found\b|\bundefined\b|\(!\)|[⚠⨯✗]/i;

/** Runs a program that must succeed without a word of warning. */
export async function runQuietly(
  command: string,
  args: readonly string[],
  cwd: string,
  env?: NodeJS.ProcessEnv,
): Promise<void> {
  expectNoComplaint(await runTool(command, args, cwd, env));
}

export function expectNoComplaint(output: string): void {
  const complaints = output.split('\n').filter((line) => COMPLAINT.test(line));
  expect(complaints, output).to.deep.equal([]);
}
