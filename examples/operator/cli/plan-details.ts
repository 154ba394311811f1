import type { DecisionView, DrainView, PlanView } from '../controllable.js';
import { columns } from './columns.js';
import { ageText, duration, progressText, stateText, waitingText, whereabouts } from './plan-text.js';

const MOVES_SHOWN = 10;

/** All that is known of a plan, for people. */
export function planDetails(plan: PlanView, now: number): string[] {
  const { decision } = plan;
  const facts = [
    ['plan', plan.id],
    ['cluster', whereabouts(plan)],
    [
      'state',
      plan.dryRun ? 'dry run: nothing is carried out' : `${stateText(plan)}, for ${duration(now - plan.stateSince)}`,
    ],
    ['progress', progressText(plan)],
    ['waiting for', waitingText(plan, now)],
    ['age', ageText(plan, now)],
    ['trigger', plan.trigger],
    ['requested by', plan.requestedBy ?? ''],
    ['change ticket', plan.changeTicket ?? ''],
    ['approval', decision ? decisionText(decision) : plan.approvalMode],
  ];
  return [
    ...columns(facts.filter(([, value]) => value !== '')),
    ...section('DRAINS', plan.drains.map(drainRow)),
    ...section(
      'MOVES',
      plan.moves.slice(0, MOVES_SHOWN).map(({ shard, source, target }) => [shard, `${source} -> ${target}`]),
    ),
    ...(plan.moves.length > MOVES_SHOWN ? [`  and ${plan.shards - MOVES_SHOWN} more`] : []),
  ];
}

function decisionText({ decision, actor, reason }: DecisionView): string {
  return `${decision} by ${actor}${reason === undefined ? '' : `: ${reason}`}`;
}

function drainRow({ node, shards, shardsRemaining, startedAt, outcome }: DrainView): string[] {
  return [node, `${shards - shardsRemaining}/${shards}`, outcome ?? (startedAt === undefined ? 'to come' : 'draining')];
}

function section(title: string, rows: readonly (readonly string[])[]): string[] {
  return rows.length === 0 ? [] : ['', title, ...columns(rows).map((line) => `  ${line}`)];
}
