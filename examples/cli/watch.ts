import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import { type ConnectionOptions, clientFor, connected } from './connection.js';
import type { ControlApiClient } from './control-api-client.js';
import { isLive } from './plan-text.js';
import { EventLines, JsonLines, LiveBars, type WatchOutput } from './watch-output.js';

const RECONNECT_AFTER_MS = 500;

/** Adds `watch`. */
export function addWatchCommand(rebalance: Command): void {
  connected(rebalance.command('watch'))
    .description('Follows one plan, or all, until they end. On a terminal as bars, else one line an event.')
    .argument('[plan]', 'id of the plan')
    .action(async (planId: string | undefined, options: ConnectionOptions) => {
      const client = clientFor(options);
      const output = outputFor(options, client);
      const stop = new AbortController();
      const interrupt = () => stop.abort();
      process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
      try {
        await follow(client, planId, output, stop.signal);
      } catch (error) {
        if (!stop.signal.aborted) throw error;
      } finally {
        output.close();
        // A stream that is left open would keep the process alive.
        stop.abort();
      }
    });
}

function outputFor({ json }: ConnectionOptions, client: ControlApiClient): WatchOutput {
  if (json) return new JsonLines(process.stdout);
  return process.stdout.isTTY ? new LiveBars(process.stdout, client) : new EventLines(process.stdout);
}

/** Tells of plans until all have ended. A stream that breaks off is opened again. */
async function follow(
  client: ControlApiClient,
  planId: string | undefined,
  output: WatchOutput,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    // The stream first: what ends between the two requests is then in one of them.
    const events = await client.events({ plan: planId }, signal);
    const plans = planId === undefined ? (await client.list()).plans : [await client.show(planId)];
    const live = new Set(plans.filter(isLive).map(({ id }) => id));
    output.begin(planId === undefined ? plans.filter(({ id }) => live.has(id)) : plans, client.clock.answeredAt);
    if (live.size === 0) return;
    try {
      for await (const event of events) {
        if (event.planId === undefined) continue;
        await output.event(event);
        if (event.event === 'planCreated') live.add(event.planId);
        if (event.event === 'planFinished') live.delete(event.planId);
        if (live.size === 0) return;
      }
    } catch (error) {
      // Undici's word for a connection that was cut.
      if ((error as Error).message !== 'terminated') throw error;
    }
    await wait(RECONNECT_AFTER_MS, undefined, { signal });
  }
}
