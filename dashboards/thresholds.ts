import { ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';
import { secondsOf } from '../rules/duration.js';
import { DEFAULTS } from '../rules/settings.js';
import type { ThresholdName } from '../rules/thresholds.js';
import { BAD, CLEAR, WATCH } from './palette.js';

/** The thresholds of the alerts, as the rules have them. */
export const VALUES = DEFAULTS.values;

/** A threshold of the alerts in seconds. */
export function seconds(name: ThresholdName): number {
  const value = secondsOf(VALUES[name]);
  if (value === undefined) throw new Error(`${name} is no duration: ${VALUES[name]}`);
  return value;
}

/** A threshold of the alerts as a number. */
export function count(name: ThresholdName): number {
  return Number(VALUES[name]);
}

/** A colour, and others from certain values on. */
export function steps(
  base: string,
  ...from: readonly (readonly [value: number, color: string])[]
): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps([{ value: null, color: base }, ...from.map(([value, color]) => ({ value, color }))]);
}

/** Nothing special below the first value, worth a look from there, bad from the second. */
export function risingTo(watch: number, bad: number): ThresholdsConfigBuilder {
  return steps(CLEAR, [watch, WATCH], [bad, BAD]);
}

/** Nothing special below the value, bad from there. */
export function badFrom(value: number): ThresholdsConfigBuilder {
  return steps(CLEAR, [value, BAD]);
}
