import { ALERT_PREFIX, type AlertDefinition } from '../../rules/alert-definition.js';
import { alertDefinitions } from '../../rules/alert-groups.js';
import { type Expression, is, type Matcher, madeByRules, matches } from '../../rules/promql/index.js';
import type { Severity } from '../../rules/rule.js';
import type { ThresholdValues } from '../../rules/thresholds.js';
import { chosen } from '../chosen.js';

const FIRING = [matches('alertname', `${ALERT_PREFIX}.+`), is('alertstate', 'firing')] as const;

/** Alerts of this package that fire, with the labels of their rules. */
export const FIRING_ALERTS = madeByRules('ALERTS', ...FIRING);
/** Firing alerts of one plan. */
export const firingAlertsOf = (plan: Matcher<'plan_id'>) => madeByRules('ALERTS', ...FIRING, plan);
/** Firing alerts of the chosen clusters and of no cluster: the alternative after the bar is the empty text. */
export const FIRING_ALERTS_AND_CLUSTERLESS = madeByRules(
  'ALERTS',
  chosen('namespace', ''),
  chosen('cluster', ''),
  ...FIRING,
);
/** Firing alerts that page. */
export const CRITICAL_ALERTS = madeByRules('ALERTS', ...FIRING, is('severity', 'critical'));

/** Expression of an alert, without its delay. */
export function alertCondition(name: AlertDefinition['name'], severity: Severity, values: ThresholdValues): Expression {
  const alert = Object.values(alertDefinitions(values))
    .flat()
    .find((definition) => definition.name === name);
  const condition = alert?.severities[severity];
  if (condition === undefined) throw new Error(`no alert ${name} of severity ${severity}`);
  return condition.expr;
}
