import { type AlertDefinition, alertRules } from './alert-definition.js';
import { controllerAlerts } from './controller-alerts.js';
import { deliveryAlerts } from './delivery-alerts.js';
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

/** The alerting rules. @param known what they may take for known: less where no rule has been evaluated */
export function alertGroups(settings: Settings, known?: Known): RuleGroup<AlertRule>[] {
  return Object.entries(alertDefinitions(settings.values, known)).map(([name, alerts]) => ({
    name: `mesh-rebalance.${name}`,
    rules: alerts.flatMap((alert) => alertRules(alert, settings)),
  }));
}
