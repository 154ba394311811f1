import { type AlertDefinition, alertRule } from './alert.js';
import { controllerAlerts } from './controller-alerts.js';
import { deliveryAlerts } from './delivery-alerts.js';
import { planAlerts } from './plan-alerts.js';
import type { AlertRule, RuleGroup } from './rule.js';
import type { Settings } from './settings.js';

/** The alerting rules. */
export function alertGroups(settings: Settings): RuleGroup<AlertRule>[] {
  const group = (name: string, alerts: readonly AlertDefinition[]) => ({
    name: `mesh-rebalance.${name}`,
    rules: alerts.map((alert) => alertRule(alert, settings)),
  });
  const { values } = settings;
  return [
    group('controller', controllerAlerts(values)),
    group('plan', planAlerts(values)),
    group('delivery', deliveryAlerts(values)),
  ];
}
