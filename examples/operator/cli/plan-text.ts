import type { PlanView } from '../controllable.js';

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
export function stateText({ state, outcome, errorType, dryRun }: PlanView): string {
  if (dryRun) return 'dry run';
  if (outcome === 'failed') return `failed (${errorType ?? 'no reason given'})`;
  return outcome === 'cancelled' ? `${state} (cancelled)` : state;
}

/** Time that the plan has run, or ran. */
export function ageText({ createdAt, endedAt }: PlanView, now: number): string {
  return duration((endedAt ?? now) - createdAt);
}

/** Shards that have arrived, of all. */
export function progressText({ shards, shardsRemaining }: PlanView): string {
  const percent = shards === 0 ? 100 : Math.floor((100 * (shards - shardsRemaining)) / shards);
  return `${shards - shardsRemaining}/${shards} ${percent}%`;
}

/** Event for which the plan waits; empty where it does not wait. */
export function waitingText(plan: PlanView, now: number): string {
  if (!isLive(plan)) return '';
  if (plan.approval !== undefined) return `approval, ${duration(plan.approval.expiresAt - now)} left`;
  if (plan.shardsMoving > 0) return `${plan.shardsMoving} ${plan.shardsMoving === 1 ? 'move' : 'moves'}`;
  const draining = plan.drains.filter(({ startedAt, outcome }) => startedAt !== undefined && outcome === undefined);
  return draining.length > 0 ? `drain of ${draining.map(({ node }) => node).join(', ')}` : 'the controller';
}
