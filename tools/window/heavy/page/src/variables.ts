import type { TimeRange } from '@grafana/data';
import type { Variable } from './dashboard';
import { ALL, type Chosen, interpolateQuery } from './interpolate';
import { ask } from './prometheus';

const LABEL_VALUES = /^label_values\((?:(.+),\s*)?(\w+)\)$/s;

/** A variable that cannot be filled is empty, and the page says why. */
export interface Choices {
  readonly chosen: ReadonlyMap<string, Chosen>;
  readonly problems: readonly string[];
}

/**
 * What is chosen of each variable: what the address says, else its default, else the first that there is. One that refers
 * to another waits for it only where what is chosen of that depends on what there is to choose from.
 */
export async function chooseAll(
  variables: readonly Variable[],
  parameters: URLSearchParams,
  range: TimeRange,
): Promise<Choices> {
  const problems: string[] = [];
  const earlier = new Map<string, Promise<Chosen> | Chosen>();
  const all = variables.map((variable) => {
    const choosing = choose(variable, new Map(earlier), parameters, range).catch((error: Error) => {
      problems.push(`${variable.label ?? variable.name}: ${error.message}`);
      return { variable, choices: [], values: valuesOf(variable, [], parameters) };
    });
    const values = settledValues(variable, parameters);
    earlier.set(variable.name, values === undefined ? choosing : { variable, choices: [], values });
    return choosing;
  });
  const chosen = new Map((await Promise.all(all)).map((one) => [one.variable.name, one]));
  return { chosen, problems };
}

/** A choice that has to be made and of which there is none yet, such as the plan before the first one. */
export function missingChoice({ chosen, problems }: Choices): Variable | undefined {
  if (problems.length > 0) return undefined;
  return [...chosen.values()].find(isMissing)?.variable;
}

function isMissing({ variable, values }: Chosen): boolean {
  return variable.type === 'query' && variable.hide !== 2 && values.length === 0;
}

async function choose(
  variable: Variable,
  earlier: ReadonlyMap<string, Promise<Chosen> | Chosen>,
  parameters: URLSearchParams,
  range: TimeRange,
): Promise<Chosen> {
  const text = queryOf(variable);
  const referred = [...earlier].filter(([name]) => text.includes(name));
  const chosen = new Map(await Promise.all(referred.map(async ([name, one]) => [name, await one] as const)));
  const choices = await choicesOf(variable, chosen, range);
  return { variable, choices, values: valuesOf(variable, choices, parameters) };
}

function queryOf({ query }: Variable): string {
  return typeof query === 'string' ? query : (query?.query ?? '');
}

/** What is chosen whatever there is to choose from; undefined where it depends on that. */
function settledValues(variable: Variable, parameters: URLSearchParams): readonly string[] | undefined {
  const { name, allValue, current } = variable;
  const isAll = [current?.value ?? []].flat().join() === ALL;
  if (!parameters.has(`var-${name}`) && !isAll) return undefined;
  const values = valuesOf(variable, [], parameters);
  return values[0] === ALL && !allValue ? undefined : values;
}

async function choicesOf(
  variable: Variable,
  chosen: ReadonlyMap<string, Chosen>,
  range: TimeRange,
): Promise<readonly string[]> {
  const { type, query, name, regex, sort } = variable;
  const text = queryOf(variable);
  if (type === 'datasource') return [String(query ?? name)];
  if (type !== 'query') return text === '' ? [] : text.split(',').map((one) => one.trim());
  const [, selector, label] = LABEL_VALUES.exec(text.trim()) ?? [];
  if (label === undefined) throw new Error(`the window does not know the query ${text}`);
  const values = await ask<string[]>(`label/${label}/values`, {
    ...(selector && { 'match[]': interpolateQuery(selector, { chosen, range }) }),
    start: String(Math.floor(range.from.valueOf() / 1000)),
    end: String(Math.ceil(range.to.valueOf() / 1000)),
  });
  const wanted = regex
    ? values.filter((value) => new RegExp(regex.replace(/^\/(.*)\/\w*$/s, '$1')).test(value))
    : values;
  return sort === undefined || sort === 0 ? wanted : [...wanted].sort(orders[sort] ?? natural);
}

const natural = new Intl.Collator('en', { numeric: true, sensitivity: 'base' }).compare;
const alphabetical = (a: string, b: string) => (a < b ? -1 : 1);
/** By Grafana's numbers: even ones descend. */
const orders: Readonly<Record<number, (a: string, b: string) => number>> = {
  1: alphabetical,
  2: (a, b) => alphabetical(b, a),
  7: natural,
  8: (a, b) => natural(b, a),
};

function valuesOf(
  { name, includeAll, multi, current }: Variable,
  choices: readonly string[],
  parameters: URLSearchParams,
) {
  const given = parameters.getAll(`var-${name}`).map((value) => (value === 'All' && includeAll ? ALL : value));
  if (given.length > 0) return multi ? given : given.slice(0, 1);
  const byDefault = [current?.value ?? []].flat().filter((value) => value !== '');
  const possible = byDefault.filter((value) => value === ALL || choices.includes(value));
  if (possible.length > 0) return possible;
  if (includeAll) return [ALL];
  return choices.slice(0, 1);
}
