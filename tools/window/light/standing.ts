import { clockTime, counted, duration, waitingSince, waitingText } from '../../../examples/operator/cli/plan-text.js';
import type { MoveView, PlanView } from '../../../examples/operator/controllable.js';
import type { Limits } from '../server/wire.js';
import type { Verb } from './commands.js';

/** How much a plan needs somebody: wrong, waits for a person, at work, ended well, or ended otherwise. */
export type Tone = 'bad' | 'act' | 'work' | 'good' | 'past';

/** Answers about a plan at a moment. Times are milliseconds since the Unix epoch. */
export interface Standing {
  readonly tone: Tone;
  /** State in a word or two. */
  readonly word: string;
  /** Why it is where it is: one sentence without its full stop. */
  readonly why: string;
  /** Since when this has been so. */
  readonly since: number | undefined;
  /** Who must act, in a sentence. */
  readonly who: string;
  /** What can be run about it, the likeliest first. */
  readonly verbs: readonly Verb[];
  /** Name of the runbook for it. */
  readonly runbook: string | undefined;
}

const NOBODY = 'Nobody. Its controller goes on by itself.';
const ON_CALL = 'Whoever is on call.';

/** Works out where a plan stands. */
export function standingOf(plan: PlanView, now: number, limits: Limits): Standing {
  if (plan.dryRun) return dryRun(plan);
  if (plan.endedAt !== undefined) return ended(plan, plan.endedAt);
  if (plan.approval !== undefined) return waits(plan.approval, now);
  const since = waitingSince(plan);
  const pause = plan.held.find(({ reason }) => reason === 'paused');
  const { progressAt } = plan;
  const makesProgress = progressAt !== undefined && now - progressAt <= limits.stuckAfterMillis;
  // As in the alert: a slow move of a plan whose shards arrive is no trouble yet.
  const hanging = makesProgress ? [] : plan.moves.filter((move) => hangs(move, now, limits));
  const failed = plan.moves.filter(({ status }) => status === 'failed');
  const live = { tone: 'work', since, who: NOBODY, verbs: ['watch', 'cancel', 'pause'], runbook: undefined } as const;
  const stuck = { ...live, tone: 'bad', word: 'Stands still', who: ON_CALL, runbook: 'MeshRebalanceStuck' } as const;
  if (pause !== undefined) {
    return {
      ...live,
      tone: 'act',
      word: 'Paused',
      why: `It waits for ${pause.waitsFor}`,
      since: pause.since,
      who: 'Whoever paused its controller, or you.',
      verbs: ['resume', 'cancel'],
      runbook: 'MeshRebalancePaused',
    };
  }
  if (hanging[0] !== undefined) {
    return { ...stuck, since: progressAt ?? since, why: hangingText(hanging[0], hanging.length) };
  }
  if (failed[0] !== undefined) {
    const why = `${counted(failed.length, 'move')} failed, the last with ${failed[0].errorType ?? 'no reason given'}`;
    const who = 'Nobody yet: its controller tries again. Whoever is on call, if it fails again.';
    return {
      ...live,
      tone: 'bad',
      word: 'Fails',
      why,
      since: failed[0].since,
      who,
      runbook: 'MeshRebalanceRepeatedFailures',
    };
  }
  if (progressAt !== undefined && !makesProgress && plan.held.length === 0) {
    return { ...stuck, since: progressAt, why: 'No shard arrives' };
  }
  const waiting = waitingText(plan, now);
  if (plan.shardsMoving > 0)
    return { ...live, word: 'At work', why: `${counted(plan.shardsMoving, 'move')} under way` };
  if (plan.held.length === 0) return { ...live, word: 'At work', why: `It waits for ${waiting}` };
  const isLong = since !== undefined && now - since > limits.heldForMillis;
  return {
    ...live,
    tone: isLong ? 'act' : 'work',
    word: 'Held back',
    why: `It waits for ${waiting}`,
    ...(isLong && { who: ON_CALL, runbook: 'MeshRebalancePlanHeld' }),
  };
}

/** True for a move that has been under way for too long. */
export function hangs({ status, since }: MoveView, now: number, { stuckAfterMillis }: Limits): boolean {
  return status === 'moving' && since !== undefined && now - since > stuckAfterMillis;
}

function hangingText({ shard, source, target }: MoveView, count: number): string {
  const hang = count === 1 ? '1 move hangs,' : `${count} moves hang, for the longest`;
  return `${hang} ${shard} from ${source} to ${target}`;
}

/** Whether it is over, in a sentence. */
export function overText(plan: PlanView, now: number): string {
  if (plan.dryRun) return 'There is nothing to be over: a dry run moves nothing.';
  const moved = `${plan.shards - plan.shardsRemaining} of ${counted(plan.shards, 'shard')} moved`;
  if (plan.endedAt === undefined) return `No: ${moved}.`;
  const took = duration(plan.endedAt - plan.createdAt);
  return `Yes, since ${clockTime(plan.endedAt)} UTC, ${duration(now - plan.endedAt)} ago; it took ${took}, and ${moved}.`;
}

/** Age of something, as text. */
export function age(since: number | undefined, now: number): string {
  return since === undefined ? 'an unknown time' : duration(now - since);
}

function dryRun({ createdAt }: PlanView): Standing {
  return {
    tone: 'past',
    word: 'Dry run',
    why: 'It shows what would be done, and is never carried out',
    since: createdAt,
    who: 'Nobody.',
    verbs: ['show'],
    runbook: undefined,
  };
}

function ended({ outcome, errorType, decision, cancellation }: PlanView, since: number): Standing {
  const end = { since, who: 'Nobody.', verbs: ['show'], runbook: undefined } as const;
  if (outcome === 'failed') {
    const why = `It gave up: ${errorType ?? 'no reason given'}`;
    const who = 'Whoever is on call: what has not moved is where it was.';
    return { ...end, tone: 'bad', word: 'Failed', why, who, runbook: 'MeshRebalancePlanFailed' };
  }
  if (outcome !== 'cancelled') return { ...end, tone: 'good', word: 'Completed', why: 'It did what it was for' };
  const by = cancellation ?? decision;
  const verb = cancellation !== undefined ? 'Cancelled' : decision?.decision === 'expired' ? 'Expired' : 'Rejected';
  const reason = by?.reason === undefined ? '' : `: ${by.reason}`;
  const why = verb === 'Expired' ? 'Nobody decided in time' : `${verb} by ${by?.actor ?? 'its controller'}${reason}`;
  return { ...end, tone: 'past', word: verb, why };
}

function waits({ requestedAt, expiresAt }: NonNullable<PlanView['approval']>, now: number): Standing {
  const left = duration(expiresAt - now);
  return {
    tone: 'act',
    word: 'Waits for approval',
    why: 'Nobody has decided about it yet',
    since: requestedAt,
    who: `A person with the token: it expires in ${left}, at ${clockTime(expiresAt)} UTC.`,
    verbs: ['approve', 'reject', 'cancel'],
    runbook: 'MeshRebalanceApprovalPending',
  };
}
