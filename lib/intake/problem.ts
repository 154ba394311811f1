/** Reasons for which an event is refused or sanitized. */
export const INVALID_REASONS = [
  'missing_field',
  'wrong_type',
  'unknown_value',
  'invalid_number',
  'invalid_time',
  'too_long',
  'unsafe_id',
  'unreadable',
  'out_of_order',
  'limit',
  'internal',
] as const;
/** Reasons for which an event is refused or sanitized. */
export type InvalidReason = (typeof INVALID_REASONS)[number];

/** Meaning of each value of the `reason` label. */
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
  unsafe_id: 'an id held characters that no label can have, or was a reserved name; it was kept with a hash',
  unreadable: 'reading the event threw (getter, proxy), or `snapshot()` did; the event or snapshot was dropped',
  out_of_order:
    'a second start, end, request or decision of one step, an event of an ended plan, or the clearing of a guardrail that was not tripped, which were dropped; changes of leadership that come too soon, or a sign of life after the end of service, which were believed',
  limit:
    'more clusters, plans, drained nodes or moves of a plan than the package tracks, whose events were dropped; nodes of an ownership report and guardrails of a plan past the limit were counted under `_OTHER`, or left out of a report of some nodes only',
  internal: 'a provider, processor, `redact` or this package itself threw; only the telemetry of that part was lost',
};

/** One thing that was refused or sanitized. */
export interface Problem {
  readonly reason: InvalidReason;
  readonly event: string;
  /** Subject; with the reason and the event, the kind of the problem. */
  readonly field: string;
  /** The message: what came, what is allowed, and what became of it. Made only for the first of its kind. */
  says(): string;
}

/** Called for everything that was refused or sanitized. */
export type Report = (problem: Problem) => void;
