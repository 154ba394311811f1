import { type Command, Option } from 'commander';
import { STATE_FILTERS } from '../api/wire.js';
import type { PlanView } from '../controllable.js';
import { parseName } from './arguments.js';
import { type ConnectionOptions, clientFor, connected, wantsJson } from './connection.js';
import { printJson, printLines } from './output.js';
import { planTable } from './plan-table.js';

interface ListOptions extends ConnectionOptions {
  readonly namespace?: string;
  readonly cluster?: string;
  readonly state?: string;
}

/** Adds `list`. */
export function addListCommand(rebalance: Command): void {
  connected(rebalance.command('list'), ['json', 'wide'])
    .description('Lists live plans and those that ended of late, newest first.')
    .option('-n, --namespace <namespace>', 'only plans of this namespace', parseName)
    .option('--cluster <cluster>', 'only plans of this cluster', parseName)
    .addOption(new Option('--state <state>', 'only plans in this state').choices(STATE_FILTERS))
    .action(async ({ namespace, cluster, state, ...options }: ListOptions) => {
      const client = clientFor(options);
      const list = await client.list({ namespace, cluster, state });
      if (wantsJson(options)) printJson(list, process.stdout, 2);
      else printLines(listLines(list.plans, client.clock.answeredAt, options.output === 'wide'));
    });
}

function listLines(plans: readonly PlanView[], now: number, wide: boolean): string[] {
  return plans.length === 0 ? ['There are no plans.'] : planTable(plans, now, wide, width());
}

/** Columns that there are: of the terminal, or those that `COLUMNS` gives to what reads the output instead. */
function width(): number | undefined {
  const { columns } = process.stdout;
  return columns ?? (Number(process.env['COLUMNS']) || undefined);
}
