import type { Failure } from '../contract/events.js';
import { OUTCOMES, type Outcome } from '../contract/vocabulary.js';
import { parseTraceparent } from '../otel/traceparent.js';
import { describe, listOf } from './describe.js';
import type { FieldReader } from './field-reader.js';
import { Findings, LEFT_OUT } from './findings.js';
import { didYouMean } from './nearest.js';
import type { ParsedFailure } from './parsed-event.js';
import { REDACTED, type Redactor } from './redactor.js';
import { isSafeId, MAX_ID_LENGTH, safeId, sanitizeId } from './safe-id.js';
import { TEXT_FIELDS, type TextField } from './text-fields.js';

const MAX_LIST_LENGTH = 1_000;
const MAX_TRACEPARENT_LENGTH = 1_024;
const MAX_FUTURE_MS = 5 * 60_000;
const MAX_PAST_MS = 10 * 365 * 86_400_000;

const OUTCOME = new Set(OUTCOMES);
const NOTHING = Object.freeze({});

/** The payload as it may really come: any field missing or of any type. */
export type Raw<T> = { readonly [K in keyof T]?: unknown };

/** The answer for a required field that was unusable. Nobody sees it, because the event is refused. */
const REFUSED = undefined as never;

/** Reads the fields of one payload, one after the other, and keeps the problems that it meets. */
export class PayloadReader
  extends Findings
  implements Record<keyof FieldReader<Failure>, (...args: never[]) => unknown>
{
  readonly #redact: Redactor | undefined;
  #isRefused = false;
  #outcome: Outcome | undefined;

  /**
   * @param redact what keeps text in, if anything does
   * @param whole what is dropped when it cannot be used
   */
  constructor(redact?: Redactor, whole?: string) {
    super(whole);
    this.#redact = redact;
  }

  /** @returns what to read the fields from; nothing where the payload is nothing that has any */
  begin(payload: unknown): object | undefined {
    this.#isRefused = false;
    this.forget();
    const fields = payload ?? NOTHING;
    if (typeof fields !== 'object') {
      this.#wrongType(fields, 'payload', 'an object');
      return undefined;
    }
    return fields;
  }

  /** True once a required field was unusable. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  id(raw: unknown, name: string): string {
    return this.#id(raw, name) ?? this.#refuse();
  }

  /**
   * An id whose lack is a problem, though the event can be used without it.
   *
   * @param remedy what becomes of the field
   */
  expectedId(raw: unknown, name: string, remedy: () => string): string | undefined {
    return this.#id(raw, name, remedy);
  }

  optionalId(raw: unknown, name: string): string | undefined {
    const value = this.#optional(raw);
    return value === undefined ? undefined : this.#id(value, name);
  }

  decisiveId(raw: unknown, name: string): string | undefined {
    return raw === undefined || raw === null ? undefined : (this.#id(raw, name) ?? this.#refuse());
  }

  ids(raw: unknown, name: string): readonly string[] | undefined {
    const value = this.#optional(raw);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) {
      this.#wrongType(value, name, 'an array of ids');
      return undefined;
    }
    const { length } = value;
    if (length > MAX_LIST_LENGTH) {
      const says = () => `has ${length} entries, at most ${MAX_LIST_LENGTH} are kept`;
      this.problem('too_long', name, says, () => 'the rest was left out');
    }
    return value
      .slice(0, MAX_LIST_LENGTH)
      .map((entry) => this.#id(entry, `an entry of ${name}`))
      .filter((id) => id !== undefined);
  }

  text(raw: unknown, field: TextField): string | undefined {
    return this.#text(this.#optional(raw), field);
  }

  traceparent(raw: unknown, name: string): string | undefined {
    const value = this.#optional(raw);
    if (value === undefined) return undefined;
    if (typeof value !== 'string') {
      this.#wrongType(value, name, 'text');
      return undefined;
    }
    if (value.length <= MAX_TRACEPARENT_LENGTH && parseTraceparent(value) !== undefined) return value;
    this.#wrongTraceparent(value, name);
    return undefined;
  }

  count(raw: unknown, name: string): number {
    return this.#count(raw, name) ?? this.#refuse();
  }

  countOrZero(raw: unknown, name: string): number {
    return this.#count(raw, name) ?? 0;
  }

  optionalCount(raw: unknown, name: string): number | undefined {
    const value = this.#optional(raw);
    return value === undefined ? undefined : this.#count(value, name);
  }

  countById(raw: unknown, name: string): ReadonlyMap<string, number> {
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
      this.#missingOrWrong(raw, name, 'an object of shards by node');
      return this.#refuse();
    }
    const byId = new Map<string, number>();
    for (const [key, value] of Object.entries(raw)) {
      const id = this.#id(key, `a node of ${name}`);
      const count = this.#count(value, `a count of ${name}`);
      if (id !== undefined && count !== undefined) byId.set(id, count);
    }
    return byId;
  }

  oneOf(raw: unknown, name: string, set: ReadonlySet<string>): string {
    return this.#oneOf(raw, name, set) ?? this.#refuse();
  }

  optionalOneOf(raw: unknown, name: string, set: ReadonlySet<string>): string | undefined {
    const value = this.#optional(raw);
    return value === undefined ? undefined : this.#oneOf(value, name, set);
  }

  flag(raw: unknown, name: string): boolean {
    if (typeof raw === 'boolean') return raw;
    this.#missingOrWrong(raw, name, 'true or false');
    return this.#refuse();
  }

  unlessFalse(raw: unknown): boolean {
    return raw !== false;
  }

  outcome(raw: unknown, name: string): Outcome {
    this.#outcome = this.oneOf(raw, name, OUTCOME) as Outcome;
    return this.#outcome;
  }

  failure(raw: Raw<Failure>): ParsedFailure | undefined {
    return this.#outcome === 'failed' ? this.#failure(raw) : undefined;
  }

  /**
   * The time of the event in ms since the Unix epoch.
   *
   * @param now the same, for an event that carries no time
   */
  time(raw: unknown, now: number): number {
    if (raw === undefined || raw === null) return now;
    const at = raw instanceof Date ? raw.getTime() : raw;
    if (typeof at === 'number' && at <= now + MAX_FUTURE_MS && at >= now - MAX_PAST_MS) return at;
    this.#invalidTime(raw, 'time');
    return now;
  }

  #refuse(): never {
    this.#isRefused = true;
    return REFUSED;
  }

  /** A value that may be absent. It is not looked at once the event is refused. */
  #optional(raw: unknown): unknown {
    return this.#isRefused ? undefined : (raw ?? undefined);
  }

  #id(value: unknown, field: string, remedy?: () => string): string | undefined {
    if (typeof value === 'string' && value !== '' && isSafeId(value)) return value;
    return this.#sanitizedId(value, field, remedy);
  }

  #text(value: unknown, field: TextField): string | undefined {
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string') {
      this.#noText(value, field.name);
      return undefined;
    }
    const kept = this.#redact === undefined ? value : this.#redacted(value, field, this.#redact);
    if (kept === undefined) return undefined;
    if (kept.length <= field.limit) return kept.toWellFormed();
    this.#tooLong(kept.length, field.name, field.limit);
    return kept.slice(0, field.limit).toWellFormed();
  }

  #redacted(value: string, field: TextField, redact: Redactor): string | undefined {
    return redact(field, value, (says) =>
      this.problem('internal', field.name, says, () => `${REDACTED} stands in its place`),
    );
  }

  #count(value: unknown, field: string): number | undefined {
    if (typeof value === 'number') {
      if (Number.isSafeInteger(value) && value >= 0) return value;
      this.#invalidNumber(value, field);
    } else {
      this.#missingOrWrong(value, field, 'a number');
    }
    return undefined;
  }

  #oneOf(value: unknown, field: string, set: ReadonlySet<string>): string | undefined {
    if (typeof value === 'string') {
      if (set.has(value)) return value;
      this.#unknownValue(value, field, set);
    } else {
      this.#missingOrWrong(value, field, `one of ${listOf(set)}`);
    }
    return undefined;
  }

  #failure({ errorType, error }: Raw<Failure>): ParsedFailure {
    const type = this.#text(errorType, TEXT_FIELDS.errorType);
    if (typeof error === 'string') {
      return { type, message: this.#text(error, TEXT_FIELDS['error.message']), stack: undefined };
    }
    if (typeof error !== 'object' || error === null) return { type, message: undefined, stack: undefined };
    const { name, message, stack } = error as Raw<Error>;
    return {
      type: type ?? this.#text(name, TEXT_FIELDS['error.name']),
      message: this.#text(message, TEXT_FIELDS['error.message']),
      stack: this.#text(stack, TEXT_FIELDS['error.stack']),
    };
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

  /** Without the value, which may tell as much as the text would. */
  #noText(value: unknown, field: string): void {
    this.problem('wrong_type', field, () => `is of type ${typeof value}, not text`);
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

  #wrongTraceparent(value: string, field: string): void {
    this.problem('unknown_value', field, () => `is ${describe(value)}, not a W3C traceparent`);
  }

  #missingOrWrong(value: unknown, field: string, expected: string): void {
    if (value === undefined || value === null) this.problem('missing_field', field, () => 'is missing');
    else this.#wrongType(value, field, expected);
  }

  #wrongType(value: unknown, field: string, expected: string, remedy?: () => string): void {
    this.problem('wrong_type', field, () => `is ${describe(value)}, not ${expected}`, remedy);
  }
}
