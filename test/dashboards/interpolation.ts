import { DAY, HOUR, MINUTE, SECOND } from '../support/time.js';
import type { Variable } from './dashboard-files.js';

/** Everything that is chosen. */
export const ALL = '$__all';

/** What the reader of a dashboard has chosen, and what follows from it. Times are milliseconds since the Unix epoch. */
export interface Choice {
  readonly from: number;
  readonly to: number;
  /** Step of range queries in milliseconds. */
  readonly step: number;
  /** The scrape interval that the data source is told, in milliseconds. */
  readonly scrape: number;
  /** By name of the variable: a value, several, or {@link ALL}. */
  readonly values: Readonly<Record<string, string | readonly string[]>>;
}

/** Grafana puts a variable in three ways: `$name`, `${name:format}` and `[[name:format]]`. */
const REFERENCE = /\$(\w+)|\$\{(\w+)(?:\.[^:^}]+)?(?::([^}]+))?\}|\[\[(\w+?)(?::(\w+))?\]\]/g;

/** Names of variables that a text refers to, Grafana's own included. */
export function referencesOf(text: string): string[] {
  const names = [...text.matchAll(REFERENCE)].map(([, plain, braced, , bracketed]) => plain ?? braced ?? bracketed);
  return [...new Set(names.filter((name) => name !== undefined))];
}

/** A choice with a value for every variable, for who wants to parse a query and not to ask it. */
export function anyChoice(variables: readonly Variable[]): Choice {
  const values = Object.fromEntries(variables.map(({ name }) => [name, 'any']));
  return { from: 0, to: 6 * HOUR, step: 30 * SECOND, scrape: 15 * SECOND, values };
}

/**
 * A query as Grafana sends it to Prometheus.
 *
 * @throws Error when it refers to a variable that does not exist, which Grafana would leave in as text
 */
export function interpolate(text: string, variables: readonly Variable[], choice: Choice): string {
  return text.replaceAll(
    REFERENCE,
    (reference: string, plain?: string, braced?: string, format?: string, bracketed?: string, old?: string) => {
      const name = plain ?? braced ?? bracketed ?? '';
      // A group of a regular expression, which Grafana knows no variable of.
      if (/^\d+$/.test(name)) return reference;
      const own = ownVariable(name, choice);
      if (own !== undefined) return own;
      const variable = variables.find((candidate) => candidate.name === name);
      const value = choice.values[name];
      if (variable === undefined || value === undefined) throw new Error(`no value for ${reference} in ${text}`);
      return chosenText(variable, value, format ?? old);
    },
  );
}

/** The step that Grafana chooses for a width in pixels; milliseconds. */
export function stepFor(from: number, to: number, points: number, least: number): number {
  const raw = (to - from) / points;
  const nice = NICE_STEPS.find(([below]) => raw < below)?.[1] ?? 31_536_000_000;
  // Prometheus refuses more than 11,000 points.
  return Math.max(nice, least, Math.ceil((to - from) / 11_000 / 1000) * 1000);
}

/** Below the first, Grafana rounds to the second. */
const NICE_STEPS: readonly (readonly [number, number])[] = [
  [1.5 * SECOND, SECOND],
  [3.5 * SECOND, 2 * SECOND],
  [7.5 * SECOND, 5 * SECOND],
  [12.5 * SECOND, 10 * SECOND],
  [17.5 * SECOND, 15 * SECOND],
  [25 * SECOND, 20 * SECOND],
  [45 * SECOND, 30 * SECOND],
  [1.5 * MINUTE, MINUTE],
  [3.5 * MINUTE, 2 * MINUTE],
  [7.5 * MINUTE, 5 * MINUTE],
  [12.5 * MINUTE, 10 * MINUTE],
  [17.5 * MINUTE, 15 * MINUTE],
  [25 * MINUTE, 20 * MINUTE],
  [45 * MINUTE, 30 * MINUTE],
  [1.5 * HOUR, HOUR],
  [2.5 * HOUR, 2 * HOUR],
  [4.5 * HOUR, 3 * HOUR],
  [9 * HOUR, 6 * HOUR],
  [DAY, 12 * HOUR],
  [7 * DAY, DAY],
  [21 * DAY, 7 * DAY],
  [42 * DAY, 30 * DAY],
];

/** What `$__rate_interval` is: at least four scrapes, and one more than the step, so that no increase falls between. */
function rateInterval({ step, scrape }: Choice): number {
  return Math.max(step + scrape, 4 * scrape);
}

function ownVariable(name: string, choice: Choice): string | undefined {
  const { from, to, step } = choice;
  switch (name) {
    case '__rate_interval':
      return `${rateInterval(choice) / 1000}s`;
    case '__rate_interval_ms':
      return String(rateInterval(choice));
    case '__interval':
      return `${step / 1000}s`;
    case '__interval_ms':
      return String(step);
    case '__range':
      return `${Math.round((to - from) / 1000)}s`;
    case '__range_s':
      return String(Math.round((to - from) / 1000));
    case '__range_ms':
      return String(to - from);
    case '__from':
      return String(from);
    case '__to':
      return String(to);
    default:
      return undefined;
  }
}

function chosenText(variable: Variable, value: string | readonly string[], format: string | undefined): string {
  // A custom value for All goes in as it is.
  if (value === ALL && variable.allValue) return variable.allValue;
  if (value === ALL) throw new Error(`${variable.name}: a test has to name all values, for it has no allValue`);
  const values = typeof value === 'string' ? [value] : value;
  switch (format) {
    case undefined:
      return promqlValue(variable, values);
    case 'regex':
      return group(values.map(escapedOnce));
    case 'pipe':
      return values.join('|');
    case 'raw':
    case 'csv':
      return values.join(',');
    case 'doublequote':
      return values.map((one) => `"${one.replaceAll('"', '\\"')}"`).join(',');
    case 'queryparam':
      return values.map((one) => `var-${variable.name}=${encodeURIComponent(one)}`).join('&');
    case 'percentencode':
      return encodeURIComponent(values.length === 1 ? (values[0] as string) : `{${values.join(',')}}`);
    default:
      throw new Error(`format "${format}" of ${variable.name} is not one that these dashboards use`);
  }
}

/**
 * What Grafana's Prometheus data source makes of it as it comes, without a feature toggle: only a variable that can have
 * several values is an expression, a single value has its single quotes escaped, and a double quote ends the text.
 */
function promqlValue({ multi = false, includeAll = false }: Variable, values: readonly string[]): string {
  if (!multi && !includeAll) return (values[0] ?? '').replaceAll('\\', '\\\\').replaceAll("'", "\\\\'");
  return group(values.map(escapedTwice));
}

function group(values: readonly string[]): string {
  return values.length === 1 ? (values[0] as string) : `(${values.join('|')})`;
}

function escapedOnce(value: string): string {
  return value.replaceAll(/[\\^$*+?.()|[\]{}/]/g, '\\$&');
}

/** Once for the regular expression, once for the string that it stands in. */
function escapedTwice(value: string): string {
  return value.replaceAll('\\', '\\\\\\\\').replaceAll(/[$^*{}[\]'+?.()|]/g, '\\\\$&');
}
