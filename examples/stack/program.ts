import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { access, constants, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const READY_WITHIN_MS = 60_000;
const LOOK_MS = 100;

/** A program that the demo is asked to start is not there, or does not run. */
export class ProgramMissing extends Error {
  override readonly name = 'ProgramMissing';
}

/**
 * @param names what it may be called, the best first
 * @throws ProgramMissing unless PATH leads to one of them
 */
export async function findProgram(companion: string, names: readonly string[]): Promise<string> {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  for (const path of names.flatMap((name) => folders.map((folder) => join(folder, name)))) {
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  const wanted = names.join(' or ');
  throw new ProgramMissing(
    `"--with ${companion}" needs the program ${wanted} on PATH. Install it, or leave the option out.`,
  );
}

/** The port of 127.0.0.1 that is usual, or another where that is taken, or another demo is about to take it. */
export async function freePort(usual: number): Promise<number> {
  for (const port of [usual, 0]) {
    const server = createServer().listen(port, '127.0.0.1');
    const free = await once(server, 'listening').then(
      () => (server.address() as { port: number }).port,
      () => undefined,
    );
    server.close();
    if (free !== undefined && (await claims(free))) return free;
  }
  throw new Error('no port of 127.0.0.1 is free');
}

/** Demos that start at once find the same ports free. Who has one for UDP too, which nobody uses, keeps it. */
async function claims(port: number): Promise<boolean> {
  const claim = createSocket('udp4').unref();
  claim.bind(port, '127.0.0.1');
  return once(claim, 'listening').then(
    () => true,
    () => false,
  );
}

/** Options of a program that is run. */
export interface ProgramOptions {
  readonly args: readonly string[];
  /** Asks the program something that it answers well once it is ready. */
  readonly ready: () => Promise<Response>;
  /** Default: that of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /** A file for what it prints. Default: its errors are printed here. */
  readonly log?: string;
  /** Removed when it has ended. */
  readonly folder: string;
  /** Ends the wait for it to be ready. */
  readonly signal: AbortSignal;
}

/**
 * Starts a program and waits until it is ready.
 *
 * @returns ends it and removes its folder
 * @throws ProgramMissing when it does not get ready
 */
export async function startProgram(
  program: string,
  { args, env, log, ready, folder, signal }: ProgramOptions,
): Promise<() => Promise<void>> {
  // In a process group of its own: Ctrl-C reaches the demo only, which ends it in order.
  const output = log === undefined ? undefined : openSync(log, 'a');
  const stdio =
    output === undefined ? (['ignore', 'ignore', 'inherit'] as const) : (['ignore', output, output] as const);
  const child = spawn(program, args, { env: env ?? process.env, stdio: [...stdio], detached: true });
  if (output !== undefined) closeSync(output);
  // Should the demo crash, it must not leave it running.
  const kill = () => child.kill();
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  const stop = () => end(child, folder);
  try {
    await untilReady(child, ready, signal);
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

async function untilReady(child: ChildProcess, ready: ProgramOptions['ready'], signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (!signal.aborted) {
    const answers = await ready().then(
      ({ ok }) => ok,
      () => false,
    );
    if (answers) return;
    if (hasEnded(child)) throw new ProgramMissing(`${child.spawnfile} ended at once; what it printed says why.`);
    if (performance.now() > deadline) throw new ProgramMissing(`${child.spawnfile} did not get ready.`);
    await wait(LOOK_MS);
  }
}

async function end(child: ChildProcess, folder: string): Promise<void> {
  if (!hasEnded(child)) {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  }
  await rm(folder, { recursive: true, force: true });
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
