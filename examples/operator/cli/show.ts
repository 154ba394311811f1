import type { Command } from 'commander';
import { type ConnectionOptions, clientFor, connected, printJson, wantsJson } from './connection.js';
import { planDetails } from './plan-details.js';

/** Adds `show`. */
export function addShowCommand(rebalance: Command): void {
  connected(rebalance.command('show'))
    .description('Shows a plan with its drains and planned moves.')
    .argument('<plan>', 'id of the plan')
    .action(async (planId: string, options: ConnectionOptions) => {
      const client = clientFor(options);
      const plan = await client.show(planId);
      if (wantsJson(options)) printJson(plan);
      else process.stdout.write(`${planDetails(plan, client.clock.answeredAt)}\n`);
    });
}
