import { secondsOf } from '../../rules/duration.js';
import type { AlertRule } from '../../rules/rule.js';
import { ALERT_RULES } from '../rules/rule-files.js';

/** The committed rules of each alert, by its name; several where its severity rises. */
export function alertsByName(): Map<string, AlertRule[]> {
  const byName = new Map<string, AlertRule[]>();
  for (const rule of ALERT_RULES) byName.set(rule.alert, [...(byName.get(rule.alert) ?? []), rule]);
  return byName;
}

/** How long an alert must be pending before it fires, in minutes. */
export function pendingMinutes({ for: pending }: AlertRule): number {
  return (pending === undefined ? 0 : (secondsOf(pending) ?? Number.NaN)) / 60;
}
