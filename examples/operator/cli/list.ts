import { type Command, Option } from 'commander';
import { STATES } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import type { PlanView } from '../controllable.js';
import { parseName } from './arguments.js';
import { columns } from './columns.js';
import { type ConnectionOptions, clientFor, connected, wantsJson } from './connection.js';
import { printJson, printLines } from './output.js';
import { ageText, progressText, stateText, waitingText, whereabouts } from './plan-text.js';

const WIDE_HEAD = ['TRIGGER', 'APPROVAL', 'REQUESTED BY', 'TICKET', 'NODES'];

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
    .addOption(new Option('--state <state>', 'only plans in this state').choices(STATES))
    .action(async ({ namespace, cluster, state, ...options }: ListOptions) => {
      const client = clientFor(options);
      const list = await client.list({ namespace, cluster, state });
      if (wantsJson(options)) printJson(list, process.stdout, 2);
      else printLines(listLines(list.plans, client.clock.answeredAt, options.output === 'wide'));
    });
}

function listLines(plans: readonly PlanView[], now: number, wide: boolean): string[] {
  if (plans.length === 0) return ['There are no plans.'];
  const head = ['PLAN', 'CLUSTER', 'STATE', 'AGE', 'PROGRESS', 'WAITING FOR', ...(wide ? WIDE_HEAD : [])];
  const rows = plans.map((plan) => [
    plan.id,
    whereabouts(plan),
    stateText(plan),
    ageText(plan, now),
    progressText(plan),
    waitingText(plan, now),
    ...(wide ? wideCells(plan) : []),
  ]);
  return columns([head, ...rows]);
}

function wideCells({
  trigger,
  approvalMode,
  decision,
  requestedBy = '',
  changeTicket = '',
  drains,
}: PlanView): string[] {
  const approval = decision === undefined ? approvalMode : `${decision.decision} by ${decision.actor}`;
  return [trigger, approval, requestedBy, changeTicket, drains.map(({ node }) => node).join(',')];
}
