import type { ExplainedHold, ExplainedMove, PlanExplanation } from '../contract/explanation.js';
import { HELD_BY_APPROVAL, HELD_BY_PAUSE, MAX_CONCURRENT_MOVES, OTHER } from '../contract/vocabulary.js';
import { printable } from '../intake/printable.js';
import { MAX_ID_LENGTH } from '../intake/safe-id.js';
import type { FailedMove } from '../ledger/failed-moves.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Plan } from '../ledger/plan.js';
import type { Ending, Move } from '../ledger/step.js';

/** Moves under way that are named. */
const MAX_MOVES = 50;
/** Plans that are named at most as those that hold the slots. */
const MAX_HOLDERS = 3;
const MAX_MESSAGE_LENGTH = 200;

/** Works out why a plan is where it is. @param now milliseconds since the Unix epoch */
export function explainPlan(plan: Plan, ledger: Ledger, now: number): PlanExplanation {
  const moving = movesUnderWay(plan);
  const failed = plan.failedMoves.latest().filter(({ shard }) => typeof plan.move(shard) !== 'object');
  const held = plan.held(now);
  const stands = plan.ending === undefined ? liveText(plan, held, ledger) : endText(plan, plan.ending);
  const steps = [underWayText(plan, moving[0]), failuresText(plan, failed[0])].filter((text) => text !== '');
  return {
    text: [stands, ...(steps.length > 0 ? [capital(steps.join('; '))] : [])].map((text) => `${text}.`).join(' '),
    blocked: [],
    moves: [...moving, ...failed.map(failedMove)],
    held,
  };
}

function movesUnderWay(plan: Plan): ExplainedMove[] {
  return plan
    .openMoves()
    .map((move) => ({ move, since: move.startedAt ?? plan.stateSince }))
    .sort((a, b) => a.since - b.since)
    .slice(0, MAX_MOVES)
    .map(({ move, since }) => underWay(plan, move, since));
}

function underWay(plan: Plan, { shard, source, target }: Move, since: number): ExplainedMove {
  return { shard, source, target, status: 'moving', since, errorType: plan.failedMoves.get(shard)?.errorType };
}

function failedMove({ shard, source, target, failedAt, errorType }: FailedMove): ExplainedMove {
  return { shard, source, target, status: 'failed', since: failedAt, errorType };
}

function liveText(plan: Plan, held: readonly ExplainedHold[], ledger: Ledger): string {
  const state = `${name(plan.id)} is ${plan.state} since ${time(plan.stateSince)}${movedText(plan)}`;
  const reasons = held.map((hold) => holdText(hold, plan, ledger));
  if (reasons.length > 0) return `${state}; ${reasons.join(', and ')}`;
  const { progressAt } = plan;
  return progressAt === undefined
    ? state
    : `${state}; nothing holds it back, and its last progress was ${at(progressAt)}`;
}

function holdText({ reason, since }: ExplainedHold, plan: Plan, ledger: Ledger): string {
  const from = `since ${time(since)}`;
  if (reason === HELD_BY_APPROVAL) return `it waits for approval ${from}`;
  if (reason === HELD_BY_PAUSE) return `its controller is paused (held ${from})`;
  if (reason !== MAX_CONCURRENT_MOVES) return `guardrail ${name(reason)} holds it back (held ${from})`;
  const { limit, moving } = ledger.slots;
  const taken = limit === undefined ? 'the moves that are allowed are taken' : `${moving} of ${limit} moves are taken`;
  return `it waits for a free move ${from}: ${taken}${holdersText(plan, ledger)}`;
}

/** Names the plans whose moves take the slots. */
function holdersText(plan: Plan, ledger: Ledger): string {
  const holders: string[] = [];
  for (const other of ledger.plans.values()) {
    if (other !== plan && other.shardsMoving > 0) holders.push(name(other.id));
  }
  if (holders.length === 0) return '';
  const more = holders.length - MAX_HOLDERS;
  return ` by ${holders.slice(0, MAX_HOLDERS).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function endText(plan: Plan, { outcome, failure }: Ending): string {
  const { endedAt = plan.stateSince } = plan;
  const why = outcome === 'failed' ? ` by ${name(failure?.type ?? OTHER)}` : '';
  const message = failure?.message ? ` (${printable(failure.message, MAX_MESSAGE_LENGTH)})` : '';
  const verb = outcome === 'cancelled' ? 'was cancelled' : outcome;
  return `${name(plan.id)} ${verb} ${at(endedAt)}${why}${message}${movedText(plan)}`;
}

function movedText({ shards, shardsRemaining }: Plan): string {
  return shards === 0 ? '' : `, ${shards - shardsRemaining} of ${counted(shards, 'shard')} moved`;
}

function underWayText({ shardsMoving }: Plan, oldest: ExplainedMove | undefined): string {
  if (oldest === undefined) return '';
  const move = `${routeText(oldest)} since ${time(oldest.since)}`;
  return shardsMoving === 1
    ? `1 move is under way, ${move}`
    : `${shardsMoving} moves are under way, the oldest ${move}`;
}

function routeText({ shard, source, target }: ExplainedMove): string {
  const from = source === undefined ? '' : ` from ${name(source)}`;
  return `${name(shard)}${from}${target === undefined ? '' : ` to ${name(target)}`}`;
}

function failuresText({ tally }: Plan, last: FailedMove | undefined): string {
  const kinds = [...tally.failures].map(([type, { count }]) => `${counted(count, 'failure')} by ${name(type)}`);
  if (kinds.length === 0) return '';
  const which = last === undefined ? '' : `, the last of ${name(last.shard)} ${at(last.failedAt)}`;
  return `so far ${kinds.join(', ')}${which}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function name(id: string): string {
  return printable(id, MAX_ID_LENGTH);
}

function time(millis: number): string {
  return new Date(millis).toISOString().replace(/\.\d+/, '');
}

function at(millis: number): string {
  return `at ${time(millis)}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
