import { secondsOf } from '../../rules/duration.js';
import type { AlertRule } from '../../rules/rule.js';
import { ALERTS_OVER_SERIES } from '../../tools/history/derived-series.js';

/** The rules of each alert over scraped series only, by its name; several where its severity rises. */
export function alertsByName(): Map<string, AlertRule[]> {
  const byName = new Map<string, AlertRule[]>();
  for (const rule of ALERTS_OVER_SERIES) byName.set(rule.alert, [...(byName.get(rule.alert) ?? []), rule]);
  return byName;
}

/** How long an alert must be pending before it fires, in minutes. */
export function pendingMinutes({ for: pending }: AlertRule): number {
  return (pending === undefined ? 0 : (secondsOf(pending) ?? Number.NaN)) / 60;
}
