import { ALERT_PREFIX, type AlertDefinition } from '../../rules/alert-definition.js';
import { alertDefinitions } from '../../rules/alert-groups.js';
import { knownBySeries } from '../../rules/known.js';
import {
  type Expression,
  is,
  isNot,
  isOneOf,
  type LabelName,
  type Labels,
  type Matcher,
  madeByRules,
  matches,
  max,
} from '../../rules/promql/index.js';
import type { Severity } from '../../rules/rule.js';
import type { ThresholdValues } from '../../rules/thresholds.js';
import { chosen } from '../chosen.js';
import { SEVERITY_CODES } from '../palette.js';

const IN_PROGRESS: AlertDefinition['name'] = 'MeshRebalanceInProgress';
const FIRING = [matches('alertname', `${ALERT_PREFIX}.+`), is('alertstate', 'firing')] as const;

/** Alerts of this package that fire and that somebody has to see to, with the labels of their rules. */
export const FIRING_ALERTS = madeByRules('ALERTS', ...FIRING, isOneOf('severity', ['critical', 'warning']));
/** Labels of alerts that tell them apart. */
const OF_ALERT: Labels = ['alertname', 'severity', 'namespace', 'cluster', 'plan_id', 'node', 'instance'];

/**
 * Firing alerts, each with a number for its severity: the greater one stands first. Without the one that says that a
 * rebalance is in progress: it is there to mute others, and a fleet has it for every cluster.
 */
function bySeverity(...matchers: readonly Matcher<LabelName>[]): Expression {
  const of = (severity: Severity) =>
    max(
      OF_ALERT,
      madeByRules('ALERTS', ...FIRING, isNot('alertname', IN_PROGRESS), is('severity', severity), ...matchers),
    ).times(SEVERITY_CODES[severity]);
  return of('critical').or(of('warning')).or(of('info'));
}

/** Firing alerts of one plan. */
export const firingAlertsOf = (plan: Matcher<'plan_id'>) => bySeverity(plan);
/** Firing alerts of the chosen clusters and of no cluster: the alternative after the bar is the empty text. */
export const FIRING_ALERTS_AND_CLUSTERLESS = bySeverity(chosen('namespace', ''), chosen('cluster', ''));
/** Firing alerts that page. */
export const CRITICAL_ALERTS = madeByRules('ALERTS', ...FIRING, is('severity', 'critical'));

/** Expression of an alert, without its delay and without what rules have made: they may not be loaded. */
export function alertCondition(name: AlertDefinition['name'], severity: Severity, values: ThresholdValues): Expression {
  const alert = Object.values(alertDefinitions(values, knownBySeries(values)))
    .flat()
    .find((definition) => definition.name === name);
  const condition = alert?.severities[severity];
  if (condition === undefined) throw new Error(`no alert ${name} of severity ${severity}`);
  return condition.expr;
}
