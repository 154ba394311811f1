import { printableJson } from './printable.js';

/** Members that are times in what the control API answers and streams: milliseconds since the Unix epoch. */
const TIMES = new Set([
  'at',
  'createdAt',
  'endedAt',
  'expiresAt',
  'progressAt',
  'requestedAt',
  'since',
  'startedAt',
  'stateSince',
  'time',
]);

/** JSON for programs, its times as RFC 3339. */
export function toJson(value: unknown, indent: number): string {
  const json = JSON.stringify(
    value,
    (name, member) => (TIMES.has(name) && isTime(member) ? new Date(member).toISOString() : member),
    indent,
  );
  return printableJson(json);
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && !Number.isNaN(new Date(value).getTime());
}
