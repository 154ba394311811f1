import type { Command } from 'commander';
import { parseName } from './arguments.js';
import { type ConnectionOptions, clientFor, connected, wantsJson } from './connection.js';
import type { HoldVerb } from './control-api-client.js';
import { printJson, printLines } from './output.js';
import { whereabouts } from './plan-text.js';

interface HoldOptions extends ConnectionOptions {
  readonly namespace: string;
  readonly cluster: string;
}

const SENTENCES: Readonly<Record<HoldVerb, (where: string) => string>> = {
  pause: (where) =>
    `Paused the controller of ${where}: moves under way arrive, and nothing else begins until it is resumed.`,
  resume: (where) => `Resumed the controller of ${where}: its plans go on.`,
};

/** Adds `pause` and `resume`. */
export function addHoldCommands(rebalance: Command): void {
  addHold(rebalance, 'pause', 'Has the controller of a cluster take no further step; moves under way go on.');
  addHold(rebalance, 'resume', 'Has the controller of a cluster that is paused take steps again.');
}

function addHold(rebalance: Command, verb: HoldVerb, description: string): void {
  connected(rebalance.command(verb))
    .description(description)
    .requiredOption('-n, --namespace <namespace>', 'namespace of the cluster', parseName)
    .requiredOption('--cluster <cluster>', 'the cluster', parseName)
    .action(async ({ namespace, cluster, ...options }: HoldOptions) => {
      const controller = await clientFor(options).hold(namespace, cluster, verb);
      if (wantsJson(options)) printJson(controller, process.stdout, 2);
      else printLines([SENTENCES[verb](whereabouts(controller))]);
    });
}
