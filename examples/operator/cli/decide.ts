import type { Command } from 'commander';
import type { PlanView } from '../controllable.js';
import { parseName } from './arguments.js';
import { type ConnectionOptions, clientFor, connected, wantsJson } from './connection.js';
import type { Verb } from './control-api-client.js';
import { printJson, printLines } from './output.js';

/** Nodes that are named. */
const NAMED_NODES = 3;

interface DecisionOptions extends ConnectionOptions {
  readonly reason?: string;
}

/** Sentence for each decision and its consequence. */
const SENTENCES: Readonly<Record<Verb, (plan: PlanView) => string>> = {
  approve: (plan) =>
    `Approved ${plan.id}${inWhoseName(plan)}: ${shards(plan.shards)} of ${plan.namespace}/${plan.cluster} to move${offNodes(plan)}.`,
  reject: (plan) => `Rejected ${plan.id}${inWhoseName(plan)}: none of its ${shards(plan.shards)} moves.`,
  cancel: (plan) =>
    `Cancelled ${plan.id}: ${plan.shards - plan.shardsRemaining} of its ${shards(plan.shards)} have moved and stay.`,
};

/** Adds `approve`, `reject` and `cancel`. */
export function addDecisionCommands(rebalance: Command): void {
  addDecision(rebalance, 'approve', 'Lets a plan that waits for approval begin.');
  addDecision(rebalance, 'reject', 'Gives up a plan that waits for approval.');
  addDecision(rebalance, 'cancel', 'Stops a plan; what has moved stays where it is.');
}

function addDecision(rebalance: Command, verb: Verb, description: string): void {
  connected(rebalance.command(verb))
    .description(description)
    .argument('<plan>', 'id of the plan', parseName)
    .option('--reason <text>', 'why')
    .action(async (planId: string, { reason, ...options }: DecisionOptions) => {
      const plan = await clientFor(options).decide(planId, verb, reason);
      if (wantsJson(options)) printJson(plan, process.stdout, 2);
      else printLines([SENTENCES[verb](plan)]);
    });
}

function inWhoseName({ decision }: PlanView): string {
  return decision === undefined ? '' : ` as ${decision.actor}`;
}

function shards(count: number): string {
  return `${count} ${count === 1 ? 'shard' : 'shards'}`;
}

function offNodes({ drains }: PlanView): string {
  if (drains.length === 0) return '';
  const named = drains.slice(0, NAMED_NODES).map(({ node }) => node);
  const more = drains.length - named.length;
  return ` off ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
