import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { AlertRule, RecordingRule, RuleGroup } from '../../rules/rule.js';
import { selectorsOf } from '../support/promql.js';

const FOLDER = fileURLToPath(new URL('../../../rules/', import.meta.url));

/** The committed rule files: what users load is what is tested. */
export const RULE_FILES = {
  recording: `${FOLDER}mesh-rebalance.recording.yaml`,
  alerts: `${FOLDER}mesh-rebalance.alerts.yaml`,
} as const;

function rulesOf(file: string): (AlertRule | RecordingRule)[] {
  const { groups } = parse(readFileSync(file, 'utf8')) as { groups: readonly RuleGroup<AlertRule | RecordingRule>[] };
  return groups.flatMap(({ rules }) => rules);
}

/** The recording rules of the dashboards. */
export const DASHBOARD_RULES = rulesOf(RULE_FILES.recording).filter((rule) => 'record' in rule);
/** Every recording rule. */
export const RECORDING_RULES = [...DASHBOARD_RULES, ...rulesOf(RULE_FILES.alerts).filter((rule) => 'record' in rule)];
/** Every alerting rule; an alert with two severities has two. */
export const ALERT_RULES = rulesOf(RULE_FILES.alerts).filter((rule) => 'alert' in rule);
/** Every alert, in the order in which the files have them. */
export const ALERT_NAMES = [...new Set(ALERT_RULES.map(({ alert }) => alert))];

/** What Prometheus looks up to write the text of an alert, with the values of its labels left out. */
export function lookUpsOf({ annotations }: AlertRule): string[] {
  return [...annotations.description.matchAll(/printf `(.+?)`/g)].map(([, query = '']) =>
    query.replaceAll(/%\[\d\]q/g, '""').replaceAll('%%', '%'),
  );
}

const expressions = [
  ...[...RECORDING_RULES, ...ALERT_RULES].map(({ expr }) => expr),
  ...ALERT_RULES.flatMap(lookUpsOf),
];
const read = new Set(expressions.flatMap(selectorsOf).map(({ metric }) => metric));

/** Whether a rule reads a metric, or the text of an alert does. */
export function isRead(metric: string): boolean {
  return read.has(metric);
}
