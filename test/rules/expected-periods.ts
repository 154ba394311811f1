import { expect } from 'chai';
import type { Severity } from '../../rules/rule.js';
import type { FiringPeriod } from './alert-history.js';

/** Time in which an alert fires. */
export interface ExpectedPeriod {
  readonly severity: Severity;
  /** All its labels but `alertname` and `severity`. */
  readonly labels: Readonly<Record<string, string>>;
  /** The first and the last minute, one more or less. */
  readonly firing: readonly [from: number, to: number];
}

/** By how many minutes the two releases, whose ranges do not begin at the same sample, may differ. */
const TOLERANCE = 1;

/** Fails unless an alert fires as expected, and for nobody else. */
export function expectPeriods(found: readonly FiringPeriod[], expected: readonly ExpectedPeriod[]): void {
  const wanted = sorted(expected);
  const near = sorted(found).map(({ severity, labels, firing }, index) => ({
    severity,
    labels,
    firing: firing.map((minute, end) => {
      const goal = wanted[index]?.firing[end] ?? Number.NaN;
      return Math.abs(minute - goal) <= TOLERANCE ? goal : minute;
    }),
  }));
  expect(near).to.deep.equal(wanted);
}

function sorted<T extends ExpectedPeriod | FiringPeriod>(periods: readonly T[]): T[] {
  return [...periods].sort((a, b) => (identity(a) < identity(b) ? -1 : 1));
}

function identity({ severity, labels, firing }: ExpectedPeriod | FiringPeriod): string {
  const pairs = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([severity, pairs, String(firing[0]).padStart(4, '0')]);
}
