import type { PlanView } from '../../examples/operator/controllable.js';
import type { AlertRule } from '../../rules/rule.js';

const ALWAYS = ['list', 'show', 'watch', 'plan'];

/** The verbs that a plan takes as it stands. */
export function verbsOf({ approval, endedAt, dryRun }: PlanView): string[] {
  if (dryRun || endedAt !== undefined) return [];
  return approval === undefined ? ['cancel'] : ['approve', 'reject', 'cancel'];
}

/**
 * The table at the head of a page, and the expressions below it.
 *
 * @param plans undefined where the control API does not answer
 */
export function headerOf(rules: readonly AlertRule[], plans: readonly PlanView[] | undefined): string {
  const [first] = rules as [AlertRule];
  const rows = [
    ['alert', `\`${first.alert}\``],
    ['severity', rules.map(({ labels }) => `\`${labels.severity}\``).join(', ')],
    ['fires after', rules.map((rule) => rule.for ?? 'at once').join(', ')],
    ['verbs that are accepted in this state', acceptedIn(plans)],
  ];
  const expressions = rules.map(({ expr, labels }) => (rules.length === 1 ? expr : `# ${labels.severity}\n${expr}`));
  return [
    '| | |',
    '| --- | --- |',
    ...rows.map(([name, value]) => `| ${name} | ${value} |`),
    '',
    '```promql',
    expressions.join('\n'),
    '```',
  ].join('\n');
}

function acceptedIn(plans: readonly PlanView[] | undefined): string {
  if (plans === undefined) return 'none: the control API does not answer';
  return [...ALWAYS, ...verbsIn(plans)].map((verb) => `\`${verb}\``).join(', ');
}

function verbsIn(plans: readonly PlanView[]): string[] {
  const accepted = new Set(plans.flatMap(verbsOf));
  return ['approve', 'reject', 'cancel'].filter((verb) => accepted.has(verb));
}
