import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { secondsOf } from '../../rules/duration.js';
import type { AlertRule } from '../../rules/rule.js';

const FILE = new URL('../../../rules/mesh-rebalance.alerts.yaml', import.meta.url);

/** The committed rules of each alert, by its name; several where its severity rises. */
export function alertsByName(): Map<string, AlertRule[]> {
  const { groups } = parse(readFileSync(FILE, 'utf8')) as { groups: { rules: AlertRule[] }[] };
  const byName = new Map<string, AlertRule[]>();
  for (const rule of groups.flatMap(({ rules }) => rules)) {
    byName.set(rule.alert, [...(byName.get(rule.alert) ?? []), rule]);
  }
  return byName;
}

/** How long an alert must be pending before it fires, in minutes. */
export function pendingMinutes({ for: pending }: AlertRule): number {
  return (pending === undefined ? 0 : (secondsOf(pending) ?? Number.NaN)) / 60;
}
