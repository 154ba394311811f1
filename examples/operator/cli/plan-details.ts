import type { DrainView, HoldView, MoveView, PlanView } from '../controllable.js';
import { columns } from './columns.js';
import {
  ageText,
  bytesText,
  duration,
  endedText,
  isLive,
  progressText,
  stateText,
  timeText,
  waitingText,
  whereabouts,
} from './plan-text.js';

/** Moves under way that are shown, and as many that failed. */
const URGENT_SHOWN = 50;
/** Moves that are shown where none is under way and none has failed. */
const OTHERS_SHOWN = 10;

/** All that is known of a plan, for people. */
export function planDetails(plan: PlanView, now: number): string[] {
  const { decision, cancellation, endedAt } = plan;
  const since = endedAt === undefined ? `, for ${duration(now - plan.stateSince)}` : '';
  const facts = [
    ['plan', plan.id],
    ['cluster', whereabouts(plan)],
    ['state', plan.dryRun ? 'dry run: nothing is carried out' : `${stateText(plan)}${since}`],
    ['progress', progressText(plan)],
    ['last progress', progressSince(plan, now)],
    ['waiting for', waitingText(plan, now)],
    ...plan.held.map((hold) => ['held by', holdText(hold, now)]),
    ['age', ageText(plan, now)],
    ['ended', endedText(plan, now)],
    ['trigger', plan.trigger],
    ['requested by', plan.requestedBy ?? ''],
    ['change ticket', plan.changeTicket ?? ''],
    ['approval', decision ? actText(decision.decision, decision, now) : plan.approvalMode],
    ['cancelled', cancellation ? actText('', cancellation, now) : ''],
  ];
  return [
    ...columns(facts.filter(([, value]) => value !== '')),
    ...section(
      'DRAINS',
      plan.drains.map((drain) => drainRow(drain, isLive(plan))),
    ),
    ...movesText(plan, now),
  ];
}

function progressSince(plan: PlanView, now: number): string {
  return isLive(plan) && plan.progressAt !== undefined ? timeText(plan.progressAt, now) : '';
}

function holdText({ reason, since }: HoldView, now: number): string {
  return `${reason}, since ${timeText(since, now)}`;
}

/** What somebody did: what, who, when and why. */
function actText(
  what: string,
  { actor, at, reason }: { readonly actor: string; readonly at: number; readonly reason?: string | undefined },
  now: number,
): string {
  return `${what} by ${actor} (${timeText(at, now)})${reason === undefined ? '' : `: ${reason}`}`.trimStart();
}

function movesText(plan: PlanView, now: number): string[] {
  const of = (...wanted: MoveView['status'][]) => plan.moves.filter(({ status }) => wanted.includes(status));
  const urgent = [...of('moving').slice(0, URGENT_SHOWN), ...of('failed').slice(0, URGENT_SHOWN)];
  // Where something moves or has failed, whoever looks asks for that.
  const shown = urgent.length > 0 ? urgent : of('waiting', 'moved').slice(0, OTHERS_SHOWN);
  const rest = plan.shards - shown.length;
  return [
    ...section(
      'MOVES',
      shown.map((move) => moveRow(move, isLive(plan), now)),
    ),
    ...(rest > 0 && shown.length > 0 ? [`  and ${rest} more${arrivedText(plan)}`] : []),
  ];
}

function arrivedText({ shards, shardsRemaining }: PlanView): string {
  const arrived = shards - shardsRemaining;
  return arrived > 0 ? `; ${arrived} of all have arrived` : '';
}

function moveRow({ shard, source, target, status, since, errorType }: MoveView, live: boolean, now: number): string[] {
  // A move that the end of its plan has cut off has no time of its own.
  const [so, ago] = since === undefined ? ['', ''] : [` for ${duration(now - since)}`, ` ${duration(now - since)} ago`];
  const text = {
    moving: `under way${so}${errorType === undefined ? '' : `, again after ${errorType}`}`,
    failed: `failed${ago}: ${errorType ?? 'no reason given'}${live ? '; to be tried again' : ''}`,
    waiting: live ? 'to come' : '',
    moved: `arrived${ago}`,
  }[status];
  return [shard, `${source} -> ${target}`, text];
}

function drainRow({ node, shards, shardsRemaining, startedAt, outcome, bytes }: DrainView, live: boolean): string[] {
  const state = outcome ?? (startedAt !== undefined ? 'draining' : live ? 'to come' : '');
  return [node, `${shards - shardsRemaining}/${shards}`, state, bytes > 0 ? bytesText(bytes) : ''];
}

function section(title: string, rows: readonly (readonly string[])[]): string[] {
  return rows.length === 0 ? [] : ['', title, ...columns(rows).map((line) => `  ${line}`)];
}
