import type { Redact, RedactableField } from '../contract/redaction.js';
import { TEXT_FIELDS, type TextField } from './text-fields.js';

/** Stands in place of a redacted value. The word is that of OpenTelemetry's conventions for URLs. */
export const REDACTED = 'REDACTED';

/** Longest text that a function is given, so that a pattern in it meets no megabytes. Longer than any text that is kept. */
const MAX_GIVEN = 65_536;

/**
 * Keeps text in, before anything else sees it.
 *
 * @param failed called with what went wrong, in words without the value, when the value could not be asked about
 * @returns what is kept; undefined for nothing
 */
export type Redactor = (field: TextField, value: string, failed: (says: () => string) => void) => string | undefined;

export function redactorOf(redact: Redact): Redactor {
  if (typeof redact === 'function') return byFunction(redact);
  const fields = new Set(redact === 'personal' ? PERSONAL : redact);
  // A stack begins with both.
  if (fields.has('error.name') || fields.has('error.message')) fields.add('error.stack');
  return ({ name }, value) => (fields.has(name) ? REDACTED : value);
}

const PERSONAL = Object.values(TEXT_FIELDS)
  .filter(({ personal }) => personal)
  .map(({ name }) => name);

function byFunction(redact: (field: RedactableField, value: string) => unknown): Redactor {
  return ({ name }, value, failed) => {
    let kept: unknown;
    try {
      kept = redact(name, value.slice(0, MAX_GIVEN));
    } catch (error) {
      // Without its message, which may well repeat the value.
      failed(
        () => `could not be redacted: redact threw ${error instanceof Error ? error.constructor.name : typeof error}`,
      );
      return REDACTED;
    }
    if (typeof kept === 'string' || kept === undefined) return kept;
    failed(() => `could not be redacted: redact gave a value of type ${typeof kept}, not text or undefined`);
    // Nobody else would take the rejection of a promise, which ends the process.
    if (kept instanceof Promise) kept.catch(() => undefined);
    return REDACTED;
  };
}
