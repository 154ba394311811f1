import { counted, duration, isLive, whereabouts } from '../../../examples/operator/cli/plan-text.js';
import type { PlanView } from '../../../examples/operator/controllable.js';
import type { NowView } from '../server/wire.js';
import { type Standing, standingOf, type Tone } from './standing.js';

/** Answer to "is anything wrong?". */
export interface Verdict {
  readonly tone: Tone;
  readonly text: string;
  /** The plan that it is about. */
  readonly plan: PlanView | undefined;
}

/** A plan and where it stands. */
export interface Stood {
  readonly plan: PlanView;
  readonly standing: Standing;
}

/** Every plan with where it stands. */
export function stand({ plans, now, limits }: NowView): Stood[] {
  return plans.map((plan) => ({ plan, standing: standingOf(plan, now, limits) }));
}

const TONES: readonly Tone[] = ['bad', 'act', 'work', 'good', 'past'];

/** Puts those first that need somebody most, of these the oldest. */
export function byUrgency(a: Stood, b: Stood): number {
  return TONES.indexOf(a.standing.tone) - TONES.indexOf(b.standing.tone) || a.plan.createdAt - b.plan.createdAt;
}

/** Puts those that ended last first. A dry run has no end. */
export function byEnd({ plan: a }: Stood, { plan: b }: Stood): number {
  return (b.endedAt ?? b.createdAt) - (a.endedAt ?? a.createdAt);
}

/** Says what is wrong, what waits for a person, or that neither is so or nobody knows; the worst only. */
export function verdictOf({ clusters, now, troubles }: NowView, stood: readonly Stood[]): Verdict {
  const live = stood.filter(({ plan }) => isLive(plan)).sort(byUrgency);
  const wrong = live.filter(({ standing }) => standing.tone === 'bad');
  const failed = stood.filter(({ plan }) => isUnrepaired(plan, stood));
  const [first] = [...wrong, ...failed];
  if (first !== undefined) {
    const { plan, standing } = first;
    const others = wrong.length + failed.length - 1;
    const more = others > 0 ? ` And ${counted(others, 'other plan')}.` : '';
    const ago = plan.endedAt === undefined ? '' : ` ${duration(now - plan.endedAt)} ago`;
    return { tone: 'bad', text: `${standing.word}${ago}: ${plan.id}. ${standing.why}.${more}`, plan };
  }
  const waiting = live.filter(({ standing }) => standing.tone === 'act');
  if (waiting[0] !== undefined) {
    const { plan, standing } = waiting[0];
    const text =
      waiting.length === 1
        ? `${standing.word}: ${plan.id}.`
        : `${waiting.length} plans need a person, the first ${plan.id}.`;
    return { tone: 'act', text, plan };
  }
  const paused = clusters.filter((cluster) => cluster.paused);
  if (paused[0] !== undefined) {
    return { tone: 'act', text: `Paused: the controller of ${whereabouts(paused[0])}.`, plan: undefined };
  }
  if (troubles.length > 0) {
    return { tone: 'act', text: 'Not known whether anything is wrong: a source does not answer.', plan: undefined };
  }
  if (clusters.length === 0 && stood.length === 0) {
    return { tone: 'past', text: 'No controller is known yet.', plan: undefined };
  }
  const work = live.length === 0 ? 'no plan is at work' : `${counted(live.length, 'plan')} at work`;
  return { tone: 'good', text: `Nothing is wrong: ${work}.`, plan: undefined };
}

/** True for a plan that failed and was followed by none of its cluster that completed. */
function isUnrepaired({ outcome, endedAt, namespace, cluster }: PlanView, stood: readonly Stood[]): boolean {
  if (outcome !== 'failed' || endedAt === undefined) return false;
  return !stood.some(
    ({ plan }) =>
      plan.namespace === namespace &&
      plan.cluster === cluster &&
      plan.outcome === 'completed' &&
      plan.createdAt >= endedAt,
  );
}
