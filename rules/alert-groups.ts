import { type AlertDefinition, alertRules } from './alert-definition.js';
import { controllerAlerts } from './controller-alerts.js';
import { deliveryAlerts } from './delivery-alerts.js';
import { inSeconds } from './duration.js';
import { type Known, knownByRules } from './known.js';
import { planAlerts } from './plan-alerts.js';
import type { AlertRule, RuleGroup } from './rule.js';
import type { Settings } from './settings.js';
import type { ThresholdValues } from './thresholds.js';

/** Every alert, by the group of rules it belongs to. */
export function alertDefinitions(
  values: ThresholdValues,
  known: Known = knownByRules(values),
): Readonly<Record<string, readonly AlertDefinition[]>> {
  return {
    controller: controllerAlerts(values, known),
    plan: planAlerts(values, known),
    delivery: deliveryAlerts(values, known),
  };
}

/** An alert that waits for so many seconds is told as well by one evaluation in a few. */
const LONG = 3_600;

/**
 * The alerting rules. Those that wait for hours are evaluated seldom: Prometheus looks for all that they read each time.
 *
 * @param known what they may take for known: less where no rule has been evaluated
 */
export function alertGroups(settings: Settings, known?: Known): RuleGroup<AlertRule>[] {
  const definitions = alertDefinitions(settings.values, known);
  const rules = (alerts: readonly AlertDefinition[]) => alerts.flatMap((alert) => alertRules(alert, settings));
  const often = Object.entries(definitions).map(([name, alerts]) => ({
    name: `mesh-rebalance.${name}`,
    rules: rules(alerts.filter((alert) => !waitsLong(alert))),
  }));
  const seldom = {
    name: 'mesh-rebalance.hours',
    // Some take up what the last evaluation has written. It is shown for five minutes, in which one may be left out.
    interval: '2m',
    rules: rules(Object.values(definitions).flat().filter(waitsLong)),
  };
  return [...often, seldom].filter((group) => group.rules.length > 0);
}

function waitsLong(alert: AlertDefinition): boolean {
  return inSeconds(alert.waits ?? alert.for ?? '0s') >= LONG;
}
