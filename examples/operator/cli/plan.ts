import { type Command, Option } from 'commander';
import type { ApprovalMode } from 'opentelemetry-instrumentation-mesh-rebalance';
import { parseName } from './arguments.js';
import { type ConnectionOptions, clientFor, connected, wantsJson } from './connection.js';
import { printJson, printLines } from './output.js';
import { planDetails } from './plan-details.js';
import { shellWord } from './printable.js';

interface PlanOptions extends ConnectionOptions {
  readonly namespace: string;
  readonly cluster: string;
  readonly drain?: readonly string[];
  readonly dryRun?: boolean;
  readonly approval: ApprovalMode;
  readonly ticket?: string;
}

/** Adds `plan`. */
export function addPlanCommand(rebalance: Command): void {
  connected(rebalance.command('plan'))
    .description('Asks the controller of a cluster for a plan.')
    .requiredOption('-n, --namespace <namespace>', 'namespace of the cluster', parseName)
    .requiredOption('--cluster <cluster>', 'the cluster', parseName)
    .option('--drain <node...>', 'nodes to empty; without any, the cluster is evened out')
    .option('--dry-run', 'only show what would be done')
    .addOption(new Option('--approval <mode>', 'who approves it').choices(['manual', 'auto']).default('manual'))
    .option('--ticket <ticket>', 'change ticket it runs under')
    .action(async ({ namespace, cluster, drain = [], dryRun = false, approval, ticket, ...options }: PlanOptions) => {
      const client = clientFor(options);
      const plan = await client.create({
        namespace,
        cluster,
        drain,
        dryRun,
        approvalMode: approval,
        changeTicket: ticket,
      });
      if (wantsJson(options)) return printJson(plan, process.stdout, 2);
      printLines(planDetails(plan, client.clock.answeredAt));
      if (plan.approval !== undefined) {
        printLines(['', `It waits for "mesh shards rebalance approve -- ${shellWord(plan.id)}".`]);
      }
    });
}
