import { type Command, Option } from 'commander';
import type { ApprovalMode } from 'opentelemetry-instrumentation-mesh-rebalance';
import type { PlanFields } from '../api/request-fields.js';
import { parseName } from './arguments.js';
import { type ConnectionOptions, clientFor, connected, wantsJson } from './connection.js';
import type { ControlApiClient } from './control-api-client.js';
import { Failure } from './exit-codes.js';
import { printJson, printLines } from './output.js';
import { planDetails } from './plan-details.js';
import { shellWord } from './printable.js';

interface PlanOptions extends ConnectionOptions {
  readonly again?: string;
  readonly namespace?: string;
  readonly cluster?: string;
  readonly drain?: readonly string[];
  readonly dryRun?: boolean;
  readonly approval?: ApprovalMode;
  readonly ticket?: string;
}

/** Adds `plan`. */
export function addPlanCommand(rebalance: Command): void {
  const again = new Option('--again <plan>', 'asks once more for a plan: its cluster, nodes, approval and ticket');
  connected(rebalance.command('plan'))
    .description('Asks the controller of a cluster for a plan.')
    .addOption(again.argParser(parseName).conflicts(['namespace', 'cluster', 'drain']))
    .option('-n, --namespace <namespace>', 'namespace of the cluster', parseName)
    .option('--cluster <cluster>', 'the cluster', parseName)
    .option('--drain <node...>', 'nodes to empty; without any, the cluster is evened out')
    .option('--dry-run', 'only show what would be done')
    .addOption(new Option('--approval <mode>', 'who approves it (default: "manual")').choices(['manual', 'auto']))
    .option('--ticket <ticket>', 'change ticket it runs under')
    .action(async (options: PlanOptions) => {
      const client = clientFor(options);
      const plan = await client.create(await fieldsOf(options, client));
      if (wantsJson(options)) return printJson(plan, process.stdout, 2);
      printLines(planDetails(plan, client.clock.answeredAt));
      if (plan.approval !== undefined) {
        printLines(['', `It waits for "mesh shards rebalance approve -- ${shellWord(plan.id)}".`]);
      }
    });
}

/** What is asked for. @throws Failure where neither a cluster is named nor a plan */
async function fieldsOf(options: PlanOptions, client: ControlApiClient): Promise<PlanFields> {
  const { again, namespace, cluster, drain = [], dryRun = false, approval, ticket } = options;
  if (again !== undefined) {
    const plan = await client.show(again);
    return {
      namespace: plan.namespace,
      cluster: plan.cluster,
      drain: plan.drains.map(({ node }) => node),
      dryRun,
      approvalMode: approval ?? plan.approvalMode,
      changeTicket: ticket ?? plan.changeTicket,
    };
  }
  if (namespace === undefined || cluster === undefined) {
    const ways = 'Name the cluster with --namespace and --cluster, or a plan with --again.';
    throw new Failure('usage', `${ways} --help lists what there is.`);
  }
  return { namespace, cluster, drain, dryRun, approvalMode: approval ?? 'manual', changeTicket: ticket };
}
