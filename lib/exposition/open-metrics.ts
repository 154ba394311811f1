import { escapeText } from './text.js';

/**
 * What the OpenMetrics text says otherwise than the plain one.
 *
 * @see https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md
 */

type FamilyType = 'gauge' | 'counter' | 'histogram' | 'info';

const SUFFIXES: Readonly<Record<FamilyType, string>> = { gauge: '', counter: '_total', histogram: '', info: '_info' };

/** Units of OpenTelemetry as Prometheus names them. */
const UNITS: Readonly<Record<string, string>> = {
  d: 'days',
  h: 'hours',
  min: 'minutes',
  s: 'seconds',
  ms: 'milliseconds',
  us: 'microseconds',
  ns: 'nanoseconds',
  By: 'bytes',
  '1': 'ratio',
  '%': 'percent',
};

/** The name of the family of which `name` is a series: a counter's has no `_total`. */
export function familyName(name: string, type: FamilyType): string {
  const suffix = SUFFIXES[type];
  return suffix !== '' && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
}

/** A unit that is not the suffix of the name makes Prometheus refuse the whole text, so it is left out. */
export function familyHeader(family: string, type: FamilyType, unit: string, help: string): string {
  const word = Object.hasOwn(UNITS, unit) ? (UNITS[unit] as string) : unit;
  const unitLine = /^\w+$/.test(word) && family.endsWith(`_${word}`) ? `# UNIT ${family} ${word}\n` : '';
  const helpLine = help === '' ? '' : `# HELP ${family} ${escapeText(help).replace(/"/g, '\\"')}\n`;
  return `# TYPE ${family} ${type}\n${unitLine}${helpLine}`;
}

/** The bound of a bucket: always a floating point number, with an exponent where Go has one. */
export function boundText(bound: number): string {
  if (bound === Number.POSITIVE_INFINITY) return '+Inf';
  if (bound === Number.NEGATIVE_INFINITY) return '-Inf';
  const size = Math.abs(bound);
  if (size >= 1e6 || (size > 0 && size < 1e-4)) return bound.toExponential().replace(/([+-])(\d)$/, '$10$2');
  return Number.isInteger(bound) ? `${bound}.0` : String(bound);
}

/** @param millis milliseconds since the Unix epoch */
export function secondsText(millis: number): string {
  return String(millis / 1000);
}
