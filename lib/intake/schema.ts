import { isSafeId } from './safe-id.js';

/**
 * Reads a value that came from JSON as a certain type.
 *
 * @param name for the message
 * @throws Error that names what is wrong
 */
export type Schema<T> = (value: unknown, name: string) => T;

/** The type that a schema reads. */
export type ReadBy<S> = S extends Schema<infer T> ? T : never;

const MAX_TEXT_LENGTH = 10_000;

function expected<T>(is: (value: unknown) => boolean, what: string): Schema<T> {
  return (value, name) => {
    if (!is(value)) throw new Error(`${name} is not ${what}`);
    return value as T;
  };
}

export const aNumber: Schema<number> = expected(Number.isFinite, 'a number');
/** A whole number, zero or more. A sum may have grown past what an event may tell. */
export const aCount: Schema<number> = expected((value) => Number.isInteger(value) && (value as number) >= 0, 'a count');
export const aBoolean: Schema<boolean> = expected((value) => typeof value === 'boolean', 'true or false');
export const aText: Schema<string> = expected(
  (value) => typeof value === 'string' && value.length <= MAX_TEXT_LENGTH,
  'text',
);
/** An id that is kept as it is. */
export const anId: Schema<string> = expected(
  (value) => typeof value === 'string' && value !== '' && isSafeId(value),
  'an id',
);

export function oneOf<T extends string>(values: Iterable<T>): Schema<T> {
  const set = new Set<unknown>(values);
  return expected((value) => set.has(value), 'one of the known values');
}

/** A value that may be missing. */
export function maybe<T>(schema: Schema<T>): Schema<T | undefined> {
  return (value, name) => (value === undefined || value === null ? undefined : schema(value, name));
}

export function listOf<T>(schema: Schema<T>): Schema<readonly T[]> {
  return (value, name) => {
    if (!Array.isArray(value)) throw new Error(`${name} is not a list`);
    return value.map((entry) => schema(entry, `an entry of ${name}`));
  };
}

export function pairOf<A, B>(first: Schema<A>, second: Schema<B>): Schema<readonly [A, B]> {
  return (value, name) => {
    if (!Array.isArray(value) || value.length !== 2) throw new Error(`${name} is not a pair`);
    return [first(value[0], `the first of ${name}`), second(value[1], `the second of ${name}`)];
  };
}

type Fields = Readonly<Record<string, Schema<unknown>>>;

export function record<F extends Fields>(fields: F): Schema<{ readonly [K in keyof F]: ReadBy<F[K]> }> {
  const entries = Object.entries(fields);
  return (value, name) => {
    if (typeof value !== 'object' || value === null) throw new Error(`${name} is not an object`);
    const raw = value as Record<string, unknown>;
    const read = entries.map(([key, schema]) => [key, schema(raw[key], `${key} of ${name}`)]);
    return Object.fromEntries(read);
  };
}
