import { messageOf } from '../otel/diagnostics.js';
import { describe } from './describe.js';
import { nearest } from './nearest.js';
import type { InvalidReason, Report } from './problem.js';

/** Most fields of a payload that are looked at for a misspelt one. */
const MAX_KEYS = 64;

/** A problem of a field, which is reported once it is known whether the event could be used. */
interface Finding {
  readonly reason: InvalidReason;
  readonly field: string;
  /** The value that came, and the allowed ones. */
  readonly says: () => string;
  /** The fate of the field, where the event could be used. */
  readonly remedy: () => string;
  /** The value that was probably meant. */
  readonly hint?: () => string;
}

export const LEFT_OUT = () => 'it was left out';

const NONE: readonly Finding[] = [];

/** The problems of one payload, which are reported once it is known whether it could be used. */
export class Findings {
  readonly #whole: string;
  /** Of one payload: each reason counts once. */
  #findings = NONE;

  /** @param whole what is dropped when it cannot be used */
  constructor(whole = 'the event') {
    this.#whole = whole;
  }

  forget(): void {
    this.#findings = NONE;
  }

  /** Reports what was found, and forgets it. */
  report(to: Report, event: string, payload: unknown, used: boolean): void {
    const findings = this.#findings;
    this.#findings = NONE;
    for (const { reason, field, says, remedy, hint } of findings) {
      const outcome = () => (used ? remedy() : `${this.#whole} was dropped`);
      const meant = () => (reason === 'missing_field' ? misspelt(field, payload) : (hint?.() ?? ''));
      to({ reason, event, field, says: () => `${field} ${says()}; ${outcome()}${meant()}` });
    }
  }

  problem(reason: InvalidReason, field: string, says: () => string, remedy = LEFT_OUT, hint?: () => string): void {
    if (this.#findings.some((finding) => finding.reason === reason)) return;
    this.#findings = [...this.#findings, { reason, field, says, remedy, ...(hint && { hint }) }];
  }
}

/** The field of the payload that was probably meant. Reads no value, because a getter may throw. */
function misspelt(field: string, payload: unknown): string {
  let keys: string[];
  try {
    keys = Object.keys(payload ?? {}).slice(0, MAX_KEYS);
  } catch (error) {
    return `. Its fields cannot be listed: ${messageOf(error)}`;
  }
  const key = keys.includes(field) ? undefined : nearest(field, keys);
  return key === undefined ? '' : `. It has ${describe(key)}: did you mean ${field}?`;
}
