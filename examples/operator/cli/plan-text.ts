import type { DecisionView, PlanView } from '../controllable.js';

/** The time of day, in UTC. */
export function clockTime(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? '--:--:--' : date.toISOString().slice(11, 19);
}

/** A duration as text: `42s`, `3m 05s`, `2h 10m`, `4d 01h`. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds}s`;
  const [large, small, unit, subunit] =
    seconds < 3_600
      ? [seconds / 60, seconds % 60, 'm', 's']
      : seconds < 86_400
        ? [seconds / 3_600, (seconds / 60) % 60, 'h', 'm']
        : [seconds / 86_400, (seconds / 3_600) % 24, 'd', 'h'];
  return `${Math.floor(large)}${unit} ${String(Math.floor(small)).padStart(2, '0')}${subunit}`;
}

/** Namespace and cluster. */
export function whereabouts({ namespace, cluster }: { readonly namespace: string; readonly cluster: string }): string {
  return `${namespace}/${cluster}`;
}

/** True while the plan is carried out, or may yet be. */
export function isLive({ endedAt, dryRun }: PlanView): boolean {
  return endedAt === undefined && !dryRun;
}

/** The state, and what the state does not say. */
export function stateText({ state, outcome, errorType, dryRun, decision }: PlanView): string {
  if (dryRun) return 'dry run';
  if (outcome === 'failed') return `failed (${errorType ?? 'no reason given'})`;
  if (outcome === 'cancelled') return `${state} (${isRefused(decision) ? decision.decision : 'cancelled'})`;
  return state === 'rebalancePending' && decision?.decision === 'approved' ? `${state} (approved)` : state;
}

function isRefused(decision: DecisionView | undefined): decision is DecisionView {
  return decision !== undefined && decision.decision !== 'approved';
}

/** Time since the plan was created. */
export function ageText({ createdAt }: PlanView, now: number): string {
  return duration(now - createdAt);
}

/** How long ago the plan ended, and how long it took; empty for one that has not ended. */
export function endedText({ createdAt, endedAt }: PlanView, now: number): string {
  return endedAt === undefined ? '' : `${duration(now - endedAt)} ago, took ${duration(endedAt - createdAt)}`;
}

/** Shards that have arrived, of all. */
export function progressText({ shards, shardsRemaining }: Pick<PlanView, 'shards' | 'shardsRemaining'>): string {
  const percent = shards === 0 ? 100 : Math.floor((100 * (shards - shardsRemaining)) / shards);
  return `${shards - shardsRemaining}/${shards} ${percent}%`;
}

/** Number of things: `1 shard`, `2 shards`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Event for which the plan waits; empty where it does not wait. */
export function waitingText(plan: PlanView, now: number): string {
  if (!isLive(plan)) return '';
  if (plan.approval !== undefined) return `approval, ${duration(plan.approval.expiresAt - now)} left`;
  // What keeps the next move from beginning is no news while moves are under way, unless somebody has paused it.
  const holds = plan.held.filter(({ reason }) => plan.shardsMoving === 0 || reason === 'paused');
  if (holds.length > 0) return holds.map(({ waitsFor }) => waitsFor).join(', and ');
  return plan.shardsMoving > 0 ? counted(plan.shardsMoving, 'move') : 'the next round of its controller';
}

/** Time since which the plan waits for what {@link waitingText} names, where it is known. */
export function waitingSince(plan: PlanView): number | undefined {
  if (!isLive(plan)) return undefined;
  if (plan.approval !== undefined) return plan.approval.requestedAt;
  const under = plan.moves.filter(({ status }) => status === 'moving');
  const times = (plan.shardsMoving > 0 ? under : plan.held).flatMap(({ since }) => since ?? []);
  return times.length > 0 ? Math.min(...times) : undefined;
}

/** Nodes: the first by name, the others by number. */
export function nodesText({ drains: [first, ...others] }: PlanView): string {
  return `${first?.node ?? ''}${others.length > 0 ? ` +${others.length}` : ''}`;
}

/** Bytes in the unit in which they are fewest, but one at least. */
export function bytesText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  return `${power === 0 ? bytes : (bytes / 1024 ** power).toFixed(1)} ${units[power]}`;
}

/** A time with its age: `2026-01-01 12:00:05 UTC, 3m 05s ago`. */
export function timeText(time: number, now: number): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return 'at an unknown time';
  return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC, ${duration(now - time)} ago`;
}
