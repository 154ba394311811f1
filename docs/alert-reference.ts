import { ALERT_PREFIX, alertRules } from '../rules/alert-definition.js';
import { alertDefinitions } from '../rules/alert-groups.js';
import { DEFAULTS } from '../rules/settings.js';
import { THRESHOLDS, type Threshold } from '../rules/thresholds.js';
import { code, table } from './markdown-table.js';

/** Every alert, one row a name; a second severity stands beside the first. */
export function alertTable(): string {
  const alerts = Object.values(alertDefinitions(DEFAULTS.values)).flat();
  const rules = alerts.flatMap((alert) => alertRules(alert, DEFAULTS));
  const names = [...new Set(rules.map(({ alert }) => alert))];
  return table(
    [`alert (\`${ALERT_PREFIX}…\`)`, 'severity', 'after', 'what it says'],
    names.map((name) => {
      const ofName = rules.filter(({ alert }) => alert === name);
      const link = `[${name.slice(ALERT_PREFIX.length)}](../runbooks/${name}.md)`;
      const severities = ofName.map(({ labels }) => labels.severity).join(', ');
      const after = [...new Set(ofName.map((rule) => rule.for ?? 'at once'))].join(', ');
      return [link, severities, after, ofName[0]?.annotations.summary ?? ''];
    }),
  );
}

/** Every threshold, with what is recommended for fleets of other sizes. */
export function thresholdTable(): string {
  const thresholds: [string, Threshold][] = Object.entries(THRESHOLDS);
  return table(
    ['threshold', 'small', 'default', 'large', 'decides', 'why', 'when to change it'],
    thresholds.map(([name, { value, small = value, large = value, decides, why, tune }]) => [
      code(name),
      small,
      value,
      large,
      decides,
      why,
      tune,
    ]),
  );
}
