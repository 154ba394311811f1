import { HELD_BY_APPROVAL, HELD_BY_PAUSE, MAX_CONCURRENT_MOVES, OTHER } from '../contract/vocabulary.js';
import type { BoundedLabel } from './bounded-label.js';

/** Reasons that a plan shows by name at a time. */
const MAX_REASONS = 3;

/** Reasons that have a name whatever guardrails there are. */
const OWN_REASONS: ReadonlySet<string> = new Set([HELD_BY_APPROVAL, HELD_BY_PAUSE, MAX_CONCURRENT_MOVES]);

/** The label values that stand for what holds a plan back: the first three by name, and one for the rest. */
export function heldBy(reasons: readonly string[], guardrails: BoundedLabel): ReadonlySet<string> {
  const values = new Set<string>();
  let hasOthers = false;
  for (const reason of reasons) {
    const value = OWN_REASONS.has(reason) ? reason : guardrails.valueOf(reason);
    if (value === OTHER || (values.size === MAX_REASONS && !values.has(value))) hasOthers = true;
    else values.add(value);
  }
  if (hasOthers) values.add(OTHER);
  return values;
}
