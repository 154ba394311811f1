import type { Command } from 'commander';
import type { PlanView } from '../controllable.js';
import { parseName } from './arguments.js';
import { type ConnectionOptions, clientFor, connected, wantsJson } from './connection.js';
import type { Verb } from './control-api-client.js';
import { printJson, printLines } from './output.js';
import { counted, stateText, waitingText, whereabouts } from './plan-text.js';

/** Nodes that are named. */
const NAMED_NODES = 3;

interface DecisionOptions extends ConnectionOptions {
  readonly reason?: string;
}

/** Sentences for each decision and its consequence, one a line. */
const SENTENCES: Readonly<Record<Verb, (plan: PlanView, now: number) => string[]>> = {
  approve: (plan, now) => [
    `Approved ${plan.id}${inWhoseName(plan)}: ${shards(plan.shards)} of ${whereabouts(plan)} to move${offNodes(plan)}.`,
    stateSentence(plan, now),
  ],
  reject: (plan) => [`Rejected ${plan.id}${inWhoseName(plan)}: none of its ${shards(plan.shards)} moves.`],
  cancel: (plan) => [`Cancelled ${plan.id}${byWhom(plan)}: ${movedText(plan)}.`],
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
      const client = clientFor(options);
      const plan = await client.decide(planId, verb, reason);
      if (wantsJson(options)) printJson(plan, process.stdout, 2);
      else printLines(SENTENCES[verb](plan, client.clock.answeredAt));
    });
}

function inWhoseName({ decision }: PlanView): string {
  return decision === undefined ? '' : ` as ${decision.actor}`;
}

function byWhom({ cancellation }: PlanView): string {
  return cancellation === undefined ? '' : ` as ${cancellation.actor}`;
}

/** The state that it is in now, which is one of waiting as a rule. */
function stateSentence(plan: PlanView, now: number): string {
  const waiting = waitingText(plan, now);
  return `It is ${stateText(plan)}${waiting === '' ? '' : ` and waits for ${waiting}`}.`;
}

function movedText({ shards: all, shardsRemaining }: PlanView): string {
  const moved = all - shardsRemaining;
  return `${moved} of its ${shards(all)} ${moved === 1 ? 'has moved and stays' : 'have moved and stay'}`;
}

function shards(count: number): string {
  return counted(count, 'shard');
}

function offNodes({ drains }: PlanView): string {
  if (drains.length === 0) return '';
  const named = drains.slice(0, NAMED_NODES).map(({ node }) => node);
  const more = drains.length - named.length;
  return ` off ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
