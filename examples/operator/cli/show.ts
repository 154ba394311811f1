import type { Command } from 'commander';
import { parseName } from './arguments.js';
import { type ConnectionOptions, clientFor, connected, wantsJson } from './connection.js';
import { printJson, printLines } from './output.js';
import { planDetails } from './plan-details.js';

/** Adds `show`. */
export function addShowCommand(rebalance: Command): void {
  connected(rebalance.command('show'))
    .description('Shows a plan with its drains and planned moves.')
    .argument('<plan>', 'id of the plan', parseName)
    .action(async (planId: string, options: ConnectionOptions) => {
      const client = clientFor(options);
      const plan = await client.show(planId);
      if (wantsJson(options)) printJson(plan, process.stdout, 2);
      else printLines(planDetails(plan, client.clock.answeredAt));
    });
}
