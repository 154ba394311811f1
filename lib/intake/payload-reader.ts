import { messageOf } from '../otel/diagnostics.js';
import { parseTraceparent } from '../otel/traceparent.js';
import { describe, listOf } from './describe.js';
import { didYouMean, nearest } from './nearest.js';
import type { InvalidReason, Report } from './problem.js';
import { isSafeId, MAX_ID_LENGTH, safeId, sanitizeId } from './safe-id.js';

const MAX_TEXT_LENGTH = 1_024;
const MAX_LIST_LENGTH = 1_000;
const MAX_FUTURE_MS = 5 * 60_000;
const MAX_PAST_MS = 10 * 365 * 86_400_000;
/** Most fields of a payload that are looked at for a misspelt one. */
const MAX_KEYS = 64;

/** The payload as it may really come: any field missing or of any type. */
export type Raw<T> = { readonly [K in keyof T]?: unknown };

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

const LEFT_OUT = () => 'it was left out';

/** Reads the fields of one event after the other, each once, and keeps the problems of the last. */
export class PayloadReader {
  readonly #whole: string;
  /** Of one event: each reason counts once. */
  #findings: readonly Finding[] = [];

  /** @param whole what is dropped when it cannot be used */
  constructor(whole = 'the event') {
    this.#whole = whole;
  }

  begin(): void {
    if (this.#findings.length > 0) this.#findings = [];
  }

  /** Reports what was found, and forgets it. */
  report(to: Report, event: string, payload: unknown, used: boolean): void {
    const findings = this.#findings;
    if (findings.length === 0) return;
    this.#findings = [];
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

  /**
   * A required id.
   *
   * @param remedy what becomes of the field where the event can be used without it
   */
  id(value: unknown, field: string, remedy?: () => string): string | undefined {
    if (typeof value === 'string' && value !== '' && isSafeId(value)) return value;
    return this.#sanitizedId(value, field, remedy);
  }

  optionalId(value: unknown, field: string): string | undefined {
    return value === undefined || value === null ? undefined : this.id(value, field);
  }

  ids(value: unknown, field: string): readonly string[] | undefined {
    if (value === undefined || value === null) return undefined;
    if (!Array.isArray(value)) {
      this.#wrongType(value, field, 'an array of ids');
      return undefined;
    }
    const { length } = value;
    if (length > MAX_LIST_LENGTH) {
      const says = () => `has ${length} entries, at most ${MAX_LIST_LENGTH} are kept`;
      this.problem('too_long', field, says, () => 'the rest was left out');
    }
    return value
      .slice(0, MAX_LIST_LENGTH)
      .map((entry) => this.id(entry, `an entry of ${field}`))
      .filter((id) => id !== undefined);
  }

  /** Optional free text. */
  text(value: unknown, field: string, limit = MAX_TEXT_LENGTH): string | undefined {
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string') {
      this.#wrongType(value, field, 'text');
      return undefined;
    }
    if (value.length <= limit) return value.toWellFormed();
    this.#tooLong(value.length, field, limit);
    return value.slice(0, limit).toWellFormed();
  }

  /** A required whole number, zero or more. */
  count(value: unknown, field: string): number | undefined {
    if (typeof value === 'number') {
      if (Number.isSafeInteger(value) && value >= 0) return value;
      this.#invalidNumber(value, field);
    } else {
      this.#missingOrWrong(value, field, 'a number');
    }
    return undefined;
  }

  optionalCount(value: unknown, field: string): number | undefined {
    return value === undefined || value === null ? undefined : this.count(value, field);
  }

  /** A required boolean. */
  flag(value: unknown, field: string): boolean | undefined {
    if (typeof value === 'boolean') return value;
    this.#missingOrWrong(value, field, 'true or false');
    return undefined;
  }

  /** A required member of a closed set. */
  oneOf<T extends string>(set: ReadonlySet<string>, value: unknown, field: string): T | undefined {
    if (typeof value === 'string') {
      if (set.has(value)) return value as T;
      this.#unknownValue(value, field, set);
    } else {
      this.#missingOrWrong(value, field, `one of ${listOf(set)}`);
    }
    return undefined;
  }

  optionalOneOf<T extends string>(set: ReadonlySet<string>, value: unknown, field: string): T | undefined {
    return value === undefined || value === null ? undefined : this.oneOf<T>(set, value, field);
  }

  /** A time in ms since the Unix epoch, or `fallback`. */
  time<F>(value: unknown, now: number, fallback: F, field: string): number | F {
    if (value === undefined || value === null) return fallback;
    const at = value instanceof Date ? value.getTime() : value;
    if (typeof at === 'number' && at <= now + MAX_FUTURE_MS && at >= now - MAX_PAST_MS) return at;
    this.#invalidTime(value, field);
    return fallback;
  }

  traceparent(value: unknown): string | undefined {
    const traceparent = this.text(value, 'traceparent');
    if (traceparent === undefined || parseTraceparent(traceparent) !== undefined) return traceparent;
    this.#wrongTraceparent(traceparent);
    return undefined;
  }

  /*
   * The message about a field stands apart from reading it: a function that captures its arguments pays for it at each
   * call, and fields are hardly ever wrong.
   */

  #sanitizedId(value: unknown, field: string, remedy?: () => string): string | undefined {
    if (value === undefined || value === null || value === '') {
      this.problem('missing_field', field, () => (value === '' ? 'is empty' : 'is missing'), remedy);
      return undefined;
    }
    if (typeof value === 'number' || typeof value === 'bigint') {
      const text = safeId(String(value));
      this.#wrongType(value, field, 'text', () => `it was kept as ${describe(text)}`);
      return text;
    }
    if (typeof value !== 'string') {
      this.#wrongType(value, field, 'text', remedy);
      return undefined;
    }
    const sanitized = sanitizeId(value);
    if (value.length > MAX_ID_LENGTH) {
      const says = () => `has ${value.length} characters, at most ${MAX_ID_LENGTH} are kept`;
      this.problem('too_long', field, says, () => 'it was cut, and ends in a hash of the whole');
    } else {
      const says = () => `is ${describe(value)}, which is reserved or holds characters that no label can have`;
      this.problem('unsafe_id', field, says, () => `it was kept as ${JSON.stringify(sanitized)}`);
    }
    return sanitized;
  }

  #tooLong(length: number, field: string, limit: number): void {
    const says = () => `has ${length} characters, at most ${limit} are kept`;
    this.problem('too_long', field, says, () => 'it was cut');
  }

  #invalidNumber(value: number, field: string): void {
    this.problem('invalid_number', field, () => `is ${value}, not a whole number from 0 up`);
  }

  #unknownValue(value: string, field: string, set: ReadonlySet<string>): void {
    const says = () => `is ${describe(value)}, not one of ${listOf(set)}`;
    this.problem('unknown_value', field, says, LEFT_OUT, () => didYouMean(value, set));
  }

  #invalidTime(value: unknown, field: string): void {
    const says = () =>
      `is ${describe(value)}, not a Date or milliseconds since the Unix epoch, at most 5 min ahead and 10 years past`;
    this.problem('invalid_time', field, says, () => 'the time of arrival was used');
  }

  #wrongTraceparent(value: string): void {
    this.problem('unknown_value', 'traceparent', () => `is ${describe(value)}, not a W3C traceparent`);
  }

  #missingOrWrong(value: unknown, field: string, expected: string): void {
    if (value === undefined || value === null) this.problem('missing_field', field, () => 'is missing');
    else this.#wrongType(value, field, expected);
  }

  #wrongType(value: unknown, field: string, expected: string, remedy?: () => string): void {
    this.problem('wrong_type', field, () => `is ${describe(value)}, not ${expected}`, remedy);
  }
}

/** The field of the payload that was probably meant. Reads no value, because a getter may throw. */
function misspelt(field: string, payload: unknown): string {
  if (typeof payload !== 'object' || payload === null) return '';
  let keys: string[];
  try {
    keys = Object.keys(payload).slice(0, MAX_KEYS);
  } catch (error) {
    return `. Its fields cannot be listed: ${messageOf(error)}`;
  }
  const key = keys.includes(field) ? undefined : nearest(field, keys);
  return key === undefined ? '' : `. It has ${describe(key)}: did you mean ${field}?`;
}
