import { type AlertDefinition, alertRules } from './alert-definition.js';
import { controllerAlerts } from './controller-alerts.js';
import { deliveryAlerts } from './delivery-alerts.js';
import { planAlerts } from './plan-alerts.js';
import type { AlertRule, RuleGroup } from './rule.js';
import type { Settings } from './settings.js';
import type { ThresholdValues } from './thresholds.js';

/** Every alert, by the group of rules it belongs to. */
export function alertDefinitions(values: ThresholdValues): Readonly<Record<string, readonly AlertDefinition[]>> {
  return { controller: controllerAlerts(values), plan: planAlerts(values), delivery: deliveryAlerts(values) };
}

/** The alerting rules. */
export function alertGroups(settings: Settings): RuleGroup<AlertRule>[] {
  return Object.entries(alertDefinitions(settings.values)).map(([name, alerts]) => ({
    name: `mesh-rebalance.${name}`,
    rules: alerts.flatMap((alert) => alertRules(alert, settings)),
  }));
}
