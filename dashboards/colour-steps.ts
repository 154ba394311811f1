import { inSeconds } from '../rules/duration.js';
import type { ThresholdValues } from '../rules/thresholds.js';
import type { Thresholds } from './model.js';
import { BAD, CLEAR, PLAIN, WATCH } from './palette.js';

/** A colour, and others from certain values on. */
export function steps(base: string, ...from: readonly (readonly [value: number, color: string])[]): Thresholds {
  return {
    mode: 'absolute',
    steps: [{ value: null, color: base }, ...from.map(([value, color]) => ({ value, color }))],
  };
}

/** Nothing special below the first value, worth a look from there, bad from the second. */
export function risingTo(watch: number, bad: number): Thresholds {
  return steps(CLEAR, [watch, WATCH], [bad, BAD]);
}

/** Nothing special below the value, bad from there. */
export function badFrom(value: number): Thresholds {
  return steps(CLEAR, [value, BAD]);
}

/** Seconds of a wait for a decision, in the colours of the severities of its alert. */
export function ofWaits({ approvalNotice, approvalOverdue }: ThresholdValues): Thresholds {
  return steps(CLEAR, [inSeconds(approvalNotice), PLAIN], [inSeconds(approvalOverdue), WATCH]);
}
