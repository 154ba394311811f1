/** Fields of free text in events and snapshots. `error` of a {@link Failure} is three: its name, message and stack. */
export type RedactableField =
  | 'requestedBy'
  | 'changeTicket'
  | 'actor'
  | 'reason'
  | 'error.message'
  | 'error.stack'
  | 'trigger'
  | 'errorType'
  | 'error.name';

/**
 * Which text is kept in: every field that may tell of a person or hold a secret (`'personal'`), the fields that are named,
 * or whatever a function leaves out. In place of a redacted value stands `REDACTED`.
 *
 * - `'error.name'` and `'error.message'` take `'error.stack'` with them, which begins with both.
 * - The function is called with each value, at most its first 65,536 characters, at every event that has one. It returns
 *   what is kept, or undefined for nothing. Where it throws, or returns anything else, the value is redacted. A value from a
 *   journal passes through it once more.
 */
export type Redact =
  | 'personal'
  | readonly RedactableField[]
  | ((field: RedactableField, value: string) => string | undefined);
