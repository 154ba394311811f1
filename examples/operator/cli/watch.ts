import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import type { StreamedEvent } from '../api/wire.js';
import type { PlanView } from '../controllable.js';
import { parseName } from './arguments.js';
import { type ConnectionOptions, clientFor, connected, wantsJson } from './connection.js';
import type { ControlApiClient } from './control-api-client.js';
import { EXIT, Failure } from './exit-codes.js';
import { isInteractive } from './live-area.js';
import { EventLines, JsonLines, LiveBars, type WatchOutput } from './watch-output.js';
import { Watched } from './watched.js';

const RECONNECT_AFTER_MS = 500;
const RECONNECT_AFTER_MS_AT_MOST = 5_000;

const ENDING = `
Where the control API goes away, this waits until it is back.

Exit codes with --exit-status: ${EXIT.ok} all plans completed, ${EXIT.failed} one failed, ${EXIT.cancelled} one was rejected, cancelled or expired,
${EXIT.refused} how one ended is not known, ${EXIT.interrupted} interrupted before the end.`;

interface WatchOptions extends ConnectionOptions {
  readonly exitStatus?: true;
}

/** Adds `watch`. */
export function addWatchCommand(rebalance: Command): void {
  connected(rebalance.command('watch'))
    .description('Follows one plan, or all, until they end. On a terminal as bars, else one line an event.')
    .argument('[plan]', 'id of the plan', parseName)
    .option('--exit-status', 'end with an exit code that says how the plans ended')
    .addHelpText('after', ENDING)
    .action(async (planId: string | undefined, { exitStatus, ...options }: WatchOptions) => {
      const client = clientFor(options);
      const output = outputFor(options, client);
      const watched = new Watched(planId);
      const stop = new AbortController();
      const interrupt = () => stop.abort();
      process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
      try {
        await follow(client, watched, output, stop.signal);
      } catch (error) {
        if (!stop.signal.aborted) throw error;
        if (exitStatus) throw new Failure('interrupted', 'Interrupted before the plans had ended.');
        return;
      } finally {
        output.close();
        // A stream that is left open would keep the process alive.
        stop.abort();
      }
      if (exitStatus) watched.requireCompleted();
    });
}

function outputFor(options: ConnectionOptions, client: ControlApiClient): WatchOutput {
  if (wantsJson(options)) return new JsonLines(process.stdout, process.stderr);
  return isInteractive(process.stdout)
    ? new LiveBars(process.stdout, client)
    : new EventLines(process.stdout, process.stderr);
}

/** Follows plans until all have ended. A stream that breaks off is opened again. */
async function follow(
  client: ControlApiClient,
  watched: Watched,
  output: WatchOutput,
  signal: AbortSignal,
): Promise<void> {
  let [events, plans] = await look(client, watched, signal);
  for (;;) {
    output.begin(watched.begin(plans), client.clock.answeredAt);
    for (const planId of watched.takeLost())
      output.notice(`${planId} is not known any more; how it ended is not known.`);
    if (watched.allEnded || (await followStream(events, watched, output))) return;
    output.notice(`The control API at ${client.origin} is gone. Waiting until it is back; Ctrl-C ends.`);
    [events, plans] = await lookAgain(client, watched, signal);
    output.notice('The control API is back. Events of the meantime are not repeated.');
  }
}

async function look(
  client: ControlApiClient,
  { planId }: Watched,
  signal: AbortSignal,
): Promise<[AsyncIterable<StreamedEvent>, readonly PlanView[]]> {
  // The stream first: what ends between the two requests is then in one of them.
  const events = await client.events({ plan: planId }, signal);
  return [events, planId === undefined ? (await client.list()).plans : [await client.show(planId)]];
}

async function lookAgain(client: ControlApiClient, watched: Watched, signal: AbortSignal): ReturnType<typeof look> {
  for (let rest = RECONNECT_AFTER_MS; ; rest = Math.min(2 * rest, RECONNECT_AFTER_MS_AT_MOST)) {
    await wait(rest, undefined, { signal });
    try {
      return await look(client, watched, signal);
    } catch (error) {
      if (!isLoss(error)) throw error;
    }
  }
}

/** @returns whether all plans have ended; false where the stream has */
async function followStream(
  events: AsyncIterable<StreamedEvent>,
  watched: Watched,
  output: WatchOutput,
): Promise<boolean> {
  try {
    for await (const event of events) {
      if (event.planId === undefined) continue;
      watched.see(event);
      await output.event(event);
      if (watched.allEnded) return true;
    }
  } catch (error) {
    if (!isLoss(error)) throw error;
  }
  return false;
}

function isLoss(error: unknown): boolean {
  if (error instanceof Failure) return error.reason === 'unreachable';
  // Undici's word for a connection that was cut.
  return (error as Error).message === 'terminated';
}
