import { messageOf } from '../otel/diagnostics.js';
import { printable } from './printable.js';

const MAX_SHOWN = 60;

/** A value of any kind in a few words, for a message that says what came. Never throws, and reads no field. */
export function describe(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(printable(value, MAX_SHOWN));
    case 'bigint':
      return printable(`${value}n`, MAX_SHOWN);
    case 'symbol':
    case 'function':
      return `a ${typeof value}`;
    case 'object':
      return describeObject(value);
    default:
      return String(value);
  }
}

function describeObject(value: object | null): string {
  try {
    if (value === null) return 'null';
    if (Array.isArray(value)) return 'an array';
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid date' : value.toISOString();
  } catch (error) {
    return `an object that cannot be read (${printable(messageOf(error), MAX_SHOWN)})`;
  }
  return 'an object';
}

/** The values of a closed set, for a message that says what is allowed. */
export function listOf(values: Iterable<string>): string {
  return [...values].join(', ');
}
