import type { PlanView } from '../../examples/operator/controllable.js';
import type { AlertRule } from '../../rules/rule.js';

/** The verbs that a plan takes as it stands. */
export function verbsOf({ approval, endedAt, dryRun }: PlanView): string[] {
  if (dryRun || endedAt !== undefined) return [];
  return approval === undefined ? ['cancel'] : ['approve', 'reject', 'cancel'];
}

/**
 * When an alert fires, and what can be done then.
 *
 * @param plans undefined where the control API does not answer
 */
export function firesText(rules: readonly AlertRule[], plans: readonly PlanView[] | undefined): string {
  const severities = rules.map((rule) => `${rule.labels.severity} ${rule.for ? `after ${rule.for}` : 'at once'}`);
  return [severities.join(', '), ...acceptedIn(plans)].map((sentence) => `${sentence}.`).join(' ');
}

function acceptedIn(plans: readonly PlanView[] | undefined): string[] {
  if (plans === undefined) return ['The control API does not answer'];
  if (plans.length === 0) return [];
  const verbs = verbsIn(plans).map((verb) => `\`${verb}\``);
  return [verbs.length === 0 ? 'No plan takes a verb now' : `Plans take ${verbs.join(', ')} now`];
}

function verbsIn(plans: readonly PlanView[]): string[] {
  const accepted = new Set(plans.flatMap(verbsOf));
  return ['approve', 'reject', 'cancel'].filter((verb) => accepted.has(verb));
}
