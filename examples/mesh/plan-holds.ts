import type { HoldView } from '../operator/controllable.js';
import { countMoves, type Plan } from './plan.js';
import type { LastingHold, PlanRun } from './plan-run.js';
import type { Policy } from './policy.js';

/** What holds of a plan depend on besides the plan. Times are milliseconds since the Unix epoch. */
interface Surroundings {
  readonly pausedSince: number | undefined;
  /** The live plans of the controller. */
  readonly live: readonly Plan[];
  readonly policy: Policy;
  readonly now: number;
}

/** What holds an approved plan back, as an operator sees it. @param run undefined before its first round */
export function holdsOf(plan: Plan, run: PlanRun | undefined, surroundings: Surroundings): HoldView[] {
  const { pausedSince, policy, now } = surroundings;
  const holds: HoldView[] = [];
  if (pausedSince !== undefined) {
    holds.push({ reason: 'paused', waitsFor: 'its controller to be resumed', since: pausedSince });
  }
  if (run?.held !== undefined && holdsNow(run.held, plan, surroundings)) {
    const { guardrail, since } = run.held;
    holds.push({ reason: guardrail, waitsFor: waitsFor(run.held, surroundings), since });
  }
  if (run?.settledAt !== undefined && now < run.settledAt) {
    const waitsFor = 'its nodes to close their connections';
    holds.push({ reason: 'settle', waitsFor, since: run.settledAt - policy.settle });
  }
  return holds;
}

/**
 * Whether what held a plan in its last round still does: one whose own moves are all that are allowed is at its pace, and
 * where moves have become free it waits for nothing but its next round.
 */
function holdsNow({ guardrail }: LastingHold, plan: Plan, { live, policy }: Surroundings): boolean {
  if (guardrail !== 'maxConcurrentMoves') return true;
  return countMoves(plan, 'moving') === 0 && movesTaken(live) >= policy.maxConcurrentMoves;
}

function movesTaken(live: readonly Plan[]): number {
  return live.reduce((sum, plan) => sum + countMoves(plan, 'moving'), 0);
}

function waitsFor({ guardrail, reason }: LastingHold, { live, policy }: Surroundings): string {
  switch (guardrail) {
    case 'incident':
      return `the end of the incident: ${reason}`;
    case 'cooldown':
      return `the end of the cooldown: ${reason}`;
    case 'minHealthyReplicas':
      return `healthy replicas: ${reason}`;
    case 'maxConcurrentMoves': {
      const holders = live.filter((plan) => countMoves(plan, 'moving') > 0).map(({ id }) => id);
      return `a free move, ${movesTaken(live)} of ${policy.maxConcurrentMoves} taken by ${holders.join(', ')}`;
    }
  }
}
