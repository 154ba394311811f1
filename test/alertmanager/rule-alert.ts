import { ALERT_PREFIX, alertRules } from '../../rules/alert-definition.js';
import { alertDefinitions } from '../../rules/alert-groups.js';
import type { Severity } from '../../rules/rule.js';
import { DEFAULTS } from '../../rules/settings.js';
import { withLabels } from '../support/label-template.js';
import type { PostedAlert } from './alertmanager.js';

/** Every alert of the rules with its rule; those of two severities are there twice. */
export const DEFINITIONS = Object.values(alertDefinitions(DEFAULTS.values))
  .flat()
  .flatMap((definition) =>
    alertRules(definition, DEFAULTS).map((rule) => ({
      name: definition.name.slice(ALERT_PREFIX.length),
      labels: definition.labels,
      severity: rule.labels.severity,
      rule,
    })),
  );

/** When the alerts of the tests began. */
const STARTS_AT = '2026-01-05T08:00:00Z';

/**
 * An alert of the rules as Prometheus would send it, with 7 as its value.
 *
 * @param name without the prefix
 */
export function ruleAlert(name: string, labels: Readonly<Record<string, string>>, severity?: Severity): PostedAlert {
  const definition = DEFINITIONS.find((each) => each.name === name && each.severity === (severity ?? each.severity));
  if (definition === undefined) throw new Error(`the rules have no ${name} of severity ${severity}`);
  const { rule } = definition;
  const annotations = Object.entries(rule.annotations).map(([key, text]) => [key, expand(text, labels)]);
  return {
    labels: { alertname: `${ALERT_PREFIX}${name}`, ...rule.labels, ...labels },
    annotations: Object.fromEntries(annotations),
    startsAt: STARTS_AT,
  };
}

/** What Prometheus makes of the templates that the rules use. */
function expand(text: string, labels: Readonly<Record<string, string>>): string {
  return withLabels(text, labels).replaceAll(/\{\{ \$value[^}]*\}\}/g, '7');
}
