import { type Command, Option } from 'commander';
import { STATES } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import type { PlanView } from '../mesh/control.js';
import { columns } from './columns.js';
import { type ConnectionOptions, clientFor, connected, printJson } from './connection.js';
import { ageText, progressText, stateText, waitingText, whereabouts } from './plan-text.js';

interface ListOptions extends ConnectionOptions {
  readonly namespace?: string;
  readonly cluster?: string;
  readonly state?: string;
}

/** Adds `list`. */
export function addListCommand(rebalance: Command): void {
  connected(rebalance.command('list'))
    .description('Lists live plans and those that ended of late, newest first.')
    .option('--namespace <namespace>', 'only plans of this namespace')
    .option('--cluster <cluster>', 'only plans of this cluster')
    .addOption(new Option('--state <state>', 'only plans in this state').choices(STATES))
    .action(async ({ namespace, cluster, state, ...options }: ListOptions) => {
      const client = clientFor(options);
      const list = await client.list({ namespace, cluster, state });
      if (options.json) printJson(list);
      else process.stdout.write(`${listText(list.plans, client.clock.answeredAt)}\n`);
    });
}

function listText(plans: readonly PlanView[], now: number): string {
  if (plans.length === 0) return 'There are no plans.';
  const head = ['PLAN', 'CLUSTER', 'STATE', 'AGE', 'PROGRESS', 'WAITING FOR'];
  const rows = plans.map((plan) => [
    plan.id,
    whereabouts(plan),
    stateText(plan),
    ageText(plan, now),
    progressText(plan),
    waitingText(plan, now),
  ]);
  return columns([head, ...rows]).join('\n');
}
