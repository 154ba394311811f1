/** Why an event was refused or mended. */
export const INVALID_REASONS = [
  'missing_field',
  'wrong_type',
  'unknown_value',
  'invalid_number',
  'invalid_time',
  'too_long',
  'control_characters',
  'unreadable',
  'out_of_order',
  'limit',
  'internal',
] as const;
/** Why an event was refused or mended. */
export type InvalidReason = (typeof INVALID_REASONS)[number];

/** What each value of the `reason` label means. */
export const INVALID_REASON_MEANING: Readonly<Record<InvalidReason, string>> = {
  missing_field:
    'a required field was absent or empty; an event without namespace or cluster was kept under `unknown`, others were dropped or kept without the field',
  wrong_type:
    'a field had another type than the contract says; numbers as ids were kept as text, else the field or the event was dropped',
  unknown_value:
    'a state, outcome, decision, approval mode or traceparent outside the contract; the field or event was dropped',
  invalid_number: 'a count was negative, fractional, NaN or infinite; the field or event was dropped',
  invalid_time: 'a time was unreadable, over 5 min in the future or over 10 years past; the time of arrival was used',
  too_long: 'an id, text or list was over its limit; it was cut, an id with a hash so that it stays distinct',
  control_characters: 'an id held control characters, lone surrogates or a reserved name; it was mended with a hash',
  unreadable: 'reading the event threw (getter, proxy), or `snapshot()` did; the event or snapshot was dropped',
  out_of_order: 'a second start, finish or decision of one step, or a step of an ended plan; the event was dropped',
  limit:
    'more clusters, plans, nodes or moves at once than the package tracks; nodes of an ownership report were counted under `_other`, other events were dropped',
  internal: 'a provider, processor or this package itself threw; only what that sink would have told was lost',
};

/** One thing that was refused or mended. */
export interface Problem {
  readonly reason: InvalidReason;
  readonly event: string;
  /** What it was about; with the reason and the event, the kind of the problem. */
  readonly field: string;
  /** What came, what is allowed, and what became of it. Asked for only where the kind has not been told before. */
  says(): string;
}

/** Told of everything that was refused or mended. */
export type Report = (problem: Problem) => void;
