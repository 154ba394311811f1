import {
  LABELS,
  METRICS,
  type MetricDefinition,
  PHASE_DURATION_BOUNDS,
} from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { OWN_METRICS as COLLECTOR_METRICS } from '../../collector/own-metrics.js';
import { alertGroups } from '../../rules/alert-groups.js';
import { MEMORY } from '../../rules/known.js';
import { RECORDED } from '../../rules/recording.js';
import { DEFAULTS } from '../../rules/settings.js';
import { callsOf, groupingLabelsOf, type Matcher, type Selector, selectorsOf } from './promql.js';

/** Labels that Prometheus gives, whatever is scraped. */
const OF_PROMETHEUS = ['job', 'instance'];
const DEFINITIONS: readonly MetricDefinition[] = Object.values(METRICS);

/** The labels of every series that there may be, by its name: ours, recorded ones, the Collector's, Prometheus' own. */
const LABELS_OF: ReadonlyMap<string, readonly string[]> = new Map([
  ...DEFINITIONS.flatMap(({ name, kind, labels }) =>
    kind === 'histogram'
      ? [named(`${name}_bucket`, [...labels, 'le']), named(`${name}_count`, labels), named(`${name}_sum`, labels)]
      : [named(name, labels)],
  ),
  ...[...Object.values(RECORDED), ...MEMORY].map(({ selector: { name } }) => [name, levelOf(name)] as const),
  ...Object.values(COLLECTOR_METRICS).map(({ name, labels }) => named(name, labels)),
  named('up', []),
  named('ALERTS', ['alertname', 'alertstate', 'severity', ...Object.keys(LABELS)]),
  named('ALERTS_FOR_STATE', ['alertname', 'severity', ...Object.keys(LABELS)]),
]);

/** Values of labels that are a fixed set, by label. */
const VALUES_OF: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(Object.entries(LABELS).flatMap(([label, { values }]) => (values ? [[label, values]] : []))),
  // Of an approval it is the decision.
  outcome: [...LABELS.outcome.values, ...LABELS.decision.values],
  le: [...PHASE_DURATION_BOUNDS.flatMap((bound) => [String(bound), `${bound}.0`]), '+Inf'],
  alertstate: ['firing', 'pending'],
  severity: ['critical', 'warning', 'info'],
  alertname: alertGroups(DEFAULTS).flatMap(({ rules }) => rules.map(({ alert }) => alert)),
};

function named(name: string, labels: readonly string[]): readonly [string, readonly string[]] {
  return [name, [...labels, ...OF_PROMETHEUS]];
}

/** The labels that the level of a recorded series names: `namespace_cluster_plan_id:…`. */
function levelOf(name: string): string[] {
  const level = `_${name.split(':')[0]}_`;
  return [...Object.keys(LABELS), ...OF_PROMETHEUS].filter((label) => level.includes(`_${label}_`));
}

/** The labels of a series; undefined where nothing makes it. */
function labelsOf(selector: Selector): readonly string[] | undefined {
  return LABELS_OF.get(nameOf(selector) ?? '');
}

/** Whether some series has the label. */
export function isLabel(label: string): boolean {
  return [...LABELS_OF.values()].some((labels) => labels.includes(label));
}

/** What an expression reads that nothing makes: series, labels of theirs, and values of those, each in words. */
export function unknownReads(expr: string, alsoLabels: readonly string[] = []): string[] {
  return selectorsOf(expr).flatMap((selector) => {
    const name = nameOf(selector) ?? 'a selector without a metric';
    const labels = labelsOf(selector);
    if (labels === undefined) return [`${name} is defined nowhere`];
    return selector.matchers.flatMap((matcher) => {
      const { label } = matcher;
      if (label === '__name__') return [];
      if (![...labels, ...alsoLabels].includes(label)) return [`${name} has no label ${label}`];
      return unknownValues(matcher).map((value) => `${name}: no ${label} is ${value}`);
    });
  });
}

/** Labels by which an expression groups, though no series in it has them and it does not make them itself. */
export function unknownGroupings(expr: string, alsoLabels: readonly string[] = []): string[] {
  const labels = [...selectorsOf(expr).flatMap((selector) => labelsOf(selector) ?? []), ...madeLabels(expr)];
  return groupingLabelsOf(expr)
    .filter((label) => ![...labels, ...alsoLabels].includes(label))
    .map((label) => `groups by ${label}`);
}

function nameOf({ metric, matchers }: Selector): string | undefined {
  return metric ?? matchers.find(({ label, op }) => label === '__name__' && op === '=')?.value;
}

/** Alternatives of a matcher that are no value of its label. */
function unknownValues({ label, op, value }: Matcher): string[] {
  const values = VALUES_OF[label];
  if (values === undefined || value === '') return [];
  if (!op.endsWith('~')) return values.includes(value) ? [] : [value];
  const alternatives = /^[\w|]+$/.test(value) ? value.split('|') : [value];
  return alternatives.filter((one) => !values.some((candidate) => isMatch(one, candidate)));
}

/** Whether a pattern matches as Prometheus does it: the whole value. */
export function isMatch(pattern: string, value: string): boolean {
  return new RegExp(`^(?:${pattern})$`).test(value);
}

/** Labels that an expression makes itself. */
function madeLabels(expr: string): string[] {
  return callsOf(expr)
    .filter(({ name }) => name === 'label_replace' || name === 'label_join' || name === 'count_values')
    .map(({ args }) => (args[1] ?? '').slice(1, -1));
}
