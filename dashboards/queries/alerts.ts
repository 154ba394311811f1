import { ALERT_PREFIX, type AlertDefinition } from '../../rules/alert-definition.js';
import { alertDefinitions } from '../../rules/alert-groups.js';
import { knownBySeries } from '../../rules/known.js';
import {
  type Expression,
  ignoring,
  is,
  isNot,
  isOneOf,
  type LabelName,
  type Labels,
  type Matcher,
  madeByRules,
  matches,
  max,
  min,
  number,
} from '../../rules/promql/index.js';
import type { Severity } from '../../rules/rule.js';
import type { ThresholdValues } from '../../rules/thresholds.js';
import { chosen } from '../chosen.js';
import { SEVERITY_CODES } from '../palette.js';

const IN_PROGRESS: AlertDefinition['name'] = 'MeshRebalanceInProgress';
const OURS = matches('alertname', `${ALERT_PREFIX}.+`);
const FIRING = [OURS, is('alertstate', 'firing')] as const;

/** Alerts of this package that fire and that somebody has to see to, with the labels of their rules. */
export const FIRING_ALERTS = madeByRules('ALERTS', ...FIRING, isOneOf('severity', ['critical', 'warning']));
/** Labels of alerts that tell them apart. */
const OF_ALERT: Labels = ['alertname', 'severity', 'namespace', 'cluster', 'plan_id', 'node', 'instance'];

/** Firing alerts, by two queries with the same labels. */
interface FiringAlerts {
  /** A number for the severity: the greater one stands first. */
  readonly severity: Expression;
  /** When the condition began to hold, in milliseconds since the Unix epoch. */
  readonly activeSince: Expression;
}

/**
 * Firing alerts without the one that says that a rebalance is in progress: it is there to mute others, and a fleet has
 * it for every cluster.
 */
function firingAlerts(...scope: readonly Matcher<LabelName>[]): FiringAlerts {
  const matchers = [isNot('alertname', IN_PROGRESS), ...scope];
  const firing = (...more: readonly Matcher<LabelName>[]) => madeByRules('ALERTS', ...FIRING, ...more, ...matchers);
  const of = (severity: Severity) => max(OF_ALERT, firing(is('severity', severity))).times(SEVERITY_CODES[severity]);
  // Of those that are pending too.
  const begun = madeByRules('ALERTS_FOR_STATE', OURS, ...matchers);
  return {
    severity: of('critical').or(of('warning')).or(of('info')),
    activeSince: number(1000).times(min(OF_ALERT, begun.and(ignoring(['alertstate']), firing()))),
  };
}

/** Firing alerts of one plan. */
export const firingAlertsOf = (plan: Matcher<'plan_id'>) => firingAlerts(plan);
/** Firing alerts of the chosen clusters and of no cluster: the alternative after the bar is the empty text. */
export const FIRING_ALERTS_AND_CLUSTERLESS = firingAlerts(chosen('namespace', ''), chosen('cluster', ''));
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
