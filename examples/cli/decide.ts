import type { Command } from 'commander';
import { type ConnectionOptions, clientFor, connected, printJson } from './connection.js';
import type { Verb } from './control-api-client.js';
import { stateText } from './plan-text.js';

interface DecisionOptions extends ConnectionOptions {
  readonly reason?: string;
}

/** Adds `approve`, `reject` and `cancel`. */
export function addDecisionCommands(rebalance: Command): void {
  addDecision(rebalance, 'approve', 'Lets a plan that waits for approval begin.');
  addDecision(rebalance, 'reject', 'Gives up a plan that waits for approval.').option('--reason <text>', 'why');
  addDecision(rebalance, 'cancel', 'Stops a plan; what has moved stays where it is.').option('--reason <text>', 'why');
}

function addDecision(rebalance: Command, verb: Verb, description: string): Command {
  return connected(rebalance.command(verb))
    .description(description)
    .argument('<plan>', 'id of the plan')
    .action(async (planId: string, { reason, ...options }: DecisionOptions) => {
      const plan = await clientFor(options).decide(planId, verb, reason);
      if (options.json) printJson(plan);
      else process.stdout.write(`${plan.id}: ${stateText(plan)}\n`);
    });
}
