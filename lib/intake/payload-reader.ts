import { parseTraceparent } from '../otel/traceparent.js';
import type { InvalidReason, Report } from './problem.js';
import { isSafeId, MAX_ID_LENGTH, mendId } from './safe-id.js';

const MAX_TEXT_LENGTH = 1_024;
const MAX_LIST_LENGTH = 1_000;
const MAX_FUTURE_MS = 5 * 60_000;
const MAX_PAST_MS = 10 * 365 * 86_400_000;

/** The payload as it may really come: any field missing or of any type. */
export type Raw<T> = { readonly [K in keyof T]?: unknown };

/** Reads the fields of events, each once, and reports what it had to refuse or mend. */
export class FieldReader {
  readonly #report: Report;
  #event: string;
  /** What has been reported of this event: each reason counts once. */
  #reasons: readonly InvalidReason[] = [];

  constructor(event: string, report: Report) {
    this.#event = event;
    this.#report = report;
  }

  begin(event: string): void {
    this.#event = event;
    if (this.#reasons.length > 0) this.#reasons = [];
  }

  problem(reason: InvalidReason, field: string): void {
    if (this.#reasons.includes(reason)) return;
    this.#reasons = [...this.#reasons, reason];
    this.#report(reason, this.#event, field);
  }

  /** A required id. */
  id(value: unknown, field: string): string | undefined {
    if (typeof value === 'string' && value !== '' && isSafeId(value)) return value;
    if (value === undefined || value === null || value === '') {
      this.problem('missing_field', field);
      return undefined;
    }
    if (typeof value === 'number' || typeof value === 'bigint') {
      this.problem('wrong_type', field);
      return String(value);
    }
    if (typeof value !== 'string') {
      this.problem('wrong_type', field);
      return undefined;
    }
    this.problem(value.length > MAX_ID_LENGTH ? 'too_long' : 'control_characters', field);
    return mendId(value);
  }

  optionalId(value: unknown, field: string): string | undefined {
    return value === undefined || value === null ? undefined : this.id(value, field);
  }

  ids(value: unknown, field: string): readonly string[] | undefined {
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) {
      this.problem('wrong_type', field);
      return undefined;
    }
    if (value.length > MAX_LIST_LENGTH) this.problem('too_long', field);
    return value
      .slice(0, MAX_LIST_LENGTH)
      .map((entry) => this.id(entry, field))
      .filter((id) => id !== undefined);
  }

  /** Optional free text. */
  text(value: unknown, field: string, limit = MAX_TEXT_LENGTH): string | undefined {
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string') {
      this.problem('wrong_type', field);
      return undefined;
    }
    if (value.length <= limit) return value.toWellFormed();
    this.problem('too_long', field);
    return value.slice(0, limit).toWellFormed();
  }

  /** A required whole number, zero or more. */
  count(value: unknown, field: string): number | undefined {
    if (typeof value === 'number') {
      if (Number.isSafeInteger(value) && value >= 0) return value;
      this.problem('invalid_number', field);
    } else {
      this.problem(value === undefined || value === null ? 'missing_field' : 'wrong_type', field);
    }
    return undefined;
  }

  optionalCount(value: unknown, field: string): number | undefined {
    return value === undefined || value === null ? undefined : this.count(value, field);
  }

  /** A required member of a closed set. */
  oneOf<T extends string>(set: ReadonlySet<string>, value: unknown, field: string): T | undefined {
    if (typeof value === 'string') {
      if (set.has(value)) return value as T;
      this.problem('unknown_value', field);
    } else {
      this.problem(value === undefined || value === null ? 'missing_field' : 'wrong_type', field);
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
    this.problem('invalid_time', field);
    return fallback;
  }

  traceparent(value: unknown): string | undefined {
    const traceparent = this.text(value, 'traceparent');
    if (traceparent === undefined || parseTraceparent(traceparent) !== undefined) return traceparent;
    this.problem('unknown_value', 'traceparent');
    return undefined;
  }
}
