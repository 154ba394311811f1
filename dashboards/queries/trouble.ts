/* What is wrong, from what pages to what can wait for the morning: two panels answer by it and must not contradict each other. */
import { inSeconds } from '../../rules/duration.js';
import { heldBack } from '../../rules/plan-conditions.js';
import type { Expression } from '../../rules/promql/index.js';
import type { ThresholdValues } from '../../rules/thresholds.js';
import { CRITICAL_ALERTS } from './alerts.js';
import { overLimit, repeatedFailures, silentControllers } from './clusters.js';
import { stuckPlans } from './plans.js';

/** A trouble in a word, and the series that are there while there is it. */
type Trouble = readonly [text: string, when: Expression];

/** Troubles that somebody must see to at once, whether the alerting rules are loaded or not. */
export function urgent(values: ThresholdValues): readonly [silence: Trouble, ...Trouble[]] {
  return [
    ['Controller silent', silentControllers(values)],
    ['Plan stuck', stuckPlans(values)],
    ['Too many moves', overLimit(values.movesExcess)],
    ['Plans keep failing', repeatedFailures('critical', values)],
    ['Critical alert', CRITICAL_ALERTS],
  ];
}

/** Troubles that can wait for the day. */
export function serious(values: ThresholdValues): readonly Trouble[] {
  return [
    ['Too many moves', overLimit()],
    ['Plans keep failing', repeatedFailures('warning', values)],
    ['Held for long', heldBack(values).above(inSeconds(values.heldTooLong))],
  ];
}

/** What is there while there is one of these troubles. */
export function conditions(troubles: readonly Trouble[]): Expression[] {
  return troubles.map(([, when]) => when);
}
