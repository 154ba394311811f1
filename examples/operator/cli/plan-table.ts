import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import type { PlanView } from '../controllable.js';
import { columns } from './columns.js';
import {
  ageText,
  duration,
  endedText,
  nodesText,
  progressText,
  stateText,
  waitingSince,
  waitingText,
  whereabouts,
} from './plan-text.js';
import { printable } from './printable.js';

/** Text of one column of a plan. */
type Cell = (plan: PlanView, now: number) => string;
type Column = readonly [head: string, cell: Cell];

const KEY: readonly Column[] = [
  ['PLAN', ({ id }) => id],
  ['CLUSTER', whereabouts],
  ['STATE', stateText],
  ['AGE', ageText],
  ['PROGRESS', progressText],
];
const OTHERS: readonly Column[] = [
  ['NODE', nodesText],
  ['REQUESTED BY', ({ requestedBy = '' }) => requestedBy],
  ['TICKET', ({ changeTicket = '' }) => changeTicket],
  ['WAITING FOR', waitingText],
  ['SINCE', (plan, now) => sinceText(plan, now)],
  ['ENDED', endedText],
];
const WIDE: readonly Column[] = [
  ['TRIGGER', ({ trigger }) => trigger],
  ['APPROVAL', ({ decision, approvalMode }) => (decision ? `${decision.decision} by ${decision.actor}` : approvalMode)],
  ['NODES', ({ drains }) => drains.map(({ node }) => node).join(',')],
];

/**
 * Plans as a table, without the columns in which no plan has anything. Where that is wider than the terminal, each plan
 * has a row for what tells plans apart, and lines below it for the rest.
 *
 * @param width columns of the terminal; undefined for a reader that wraps nothing
 */
export function planTable(plans: readonly PlanView[], now: number, wide: boolean, width: number | undefined): string[] {
  const others = [...OTHERS, ...(wide ? WIDE : [])].filter(([, cell]) => plans.some((plan) => cell(plan, now) !== ''));
  const lines = tableOf([...KEY, ...others], plans, now);
  if (width === undefined || lines.every((line) => stringWidth(line) <= width)) return lines;
  const [head = '', ...rows] = tableOf(KEY, plans, now);
  return [head, ...rows.flatMap((row, index) => [row, ...below(others, plans[index] as PlanView, now, width)])];
}

function tableOf(shown: readonly Column[], plans: readonly PlanView[], now: number): string[] {
  return columns([shown.map(([head]) => head), ...plans.map((plan) => shown.map(([, cell]) => cell(plan, now)))]);
}

function below(shown: readonly Column[], plan: PlanView, now: number, width: number): string[] {
  const facts = shown
    .map(([head, cell]) => [head.toLowerCase(), printable(cell(plan, now))] as const)
    .filter(([, text]) => text !== '')
    .map(([head, text]) => `${head} ${text}`);
  if (facts.length === 0) return [];
  return wrapAnsi(facts.join('; '), Math.max(1, width - 4))
    .split('\n')
    .map((line) => `    ${line}`);
}

function sinceText(plan: PlanView, now: number): string {
  const since = waitingSince(plan);
  return since === undefined ? '' : `${duration(now - since)} ago`;
}
