import type { RedactableField } from '../contract/redaction.js';
import type { Outcome } from '../contract/vocabulary.js';
import type { ParsedFailure } from './parsed-event.js';
import type { TextField } from './text-fields.js';

/** A value, with the name of the field that it was read from. The name is for the compiler alone. */
export type Read<N, V> = V extends undefined ? V : V & { readonly [FIELD]?: N };
declare const FIELD: unique symbol;

/** A value that may be anything, with the name of the field that it stands in. */
interface Unread<N> {
  readonly [FIELD]: N;
}

/** The payload as it may really come, for the table of fields. */
export type RawFields<P> = { readonly [K in keyof P]-?: Unread<K> };

/** The fields of a payload with exactly the type `V`. */
type FieldOf<P, V> = { [K in keyof P]-?: [P[K], V] extends [V, P[K]] ? K : never }[keyof P] & string;
/** The fields of a payload that may be absent, or not. */
type OptionalField<P> = { [K in keyof P]-?: undefined extends P[K] ? K : never }[keyof P] & string;
type RequiredField<P> = Exclude<keyof P & string, OptionalField<P>>;

/**
 * What the table of fields can ask of the payload `P`: each of its fields under its own name, and only as the contract
 * has it. Once a required field was unusable the event is refused, and what is read after it does not matter.
 */
export interface FieldReader<P> {
  id<N extends FieldOf<P, string>>(raw: Unread<N>, name: N): Read<N, string>;
  optionalId<N extends FieldOf<P, string | undefined>>(raw: Unread<N>, name: N): Read<N, string | undefined>;
  /** An optional id without which the event means something else: refused where it came and was unusable. */
  decisiveId<N extends FieldOf<P, string | undefined>>(raw: Unread<N>, name: N): Read<N, string | undefined>;
  ids<N extends FieldOf<P, readonly string[] | undefined>>(
    raw: Unread<N>,
    name: N,
  ): Read<N, readonly string[] | undefined>;
  text<N extends FieldOf<P, string | undefined> & RedactableField>(
    raw: Unread<N>,
    field: TextField<N>,
  ): Read<N, string | undefined>;
  traceparent<N extends FieldOf<P, string | undefined> & 'traceparent'>(
    raw: Unread<N>,
    name: N,
  ): Read<N, string | undefined>;
  /** A whole number, zero or more. */
  count<N extends FieldOf<P, number>>(raw: Unread<N>, name: N): Read<N, number>;
  /** The same, and zero where it is unusable. */
  countOrZero<N extends FieldOf<P, number>>(raw: Unread<N>, name: N): Read<N, number>;
  optionalCount<N extends FieldOf<P, number | undefined>>(raw: Unread<N>, name: N): Read<N, number | undefined>;
  countById<N extends FieldOf<P, Readonly<Record<string, number>>>>(
    raw: Unread<N>,
    name: N,
  ): Read<N, ReadonlyMap<string, number>>;
  /** A member of a closed set. */
  oneOf<N extends RequiredField<P>>(raw: Unread<N>, name: N, set: ReadonlySet<P[N]>): Read<N, P[N]>;
  optionalOneOf<N extends OptionalField<P>>(
    raw: Unread<N>,
    name: N,
    set: ReadonlySet<NonNullable<P[N]>>,
  ): Read<N, P[N]>;
  flag<N extends FieldOf<P, boolean>>(raw: Unread<N>, name: N): Read<N, boolean>;
  /** Everything but `false` is true. */
  unlessFalse<N extends FieldOf<P, boolean | undefined>>(raw: Unread<N>): Read<N, boolean>;
  outcome<N extends FieldOf<P, Outcome>>(raw: Unread<N>, name: N): Read<N, Outcome>;
  /** `errorType` and `error`, where the outcome, which is read before, is `failed`. */
  failure: 'error' extends keyof P ? (raw: RawFields<P>) => Read<'failure', ParsedFailure | undefined> : never;
}
