import { expect } from 'chai';
import {
  LABELS,
  type Label,
  METRICS,
  type MetricDefinition,
  OTHER,
  PHASE_DURATION_BOUNDS,
} from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { OWN_METRICS as COLLECTOR_METRICS } from '../../collector/own-metrics.js';
import { alertGroups } from '../../rules/alert-groups.js';
import { RECORDED } from '../../rules/recording.js';
import { DEFAULTS } from '../../rules/settings.js';
import { callsOf, groupingLabelsOf, type Matcher, type Selector, selectorsOf } from '../support/promql.js';
import { DASHBOARDS, type Dashboard, panelsOf, readDashboard } from './dashboard-files.js';
import { anyChoice, interpolate } from './interpolation.js';
import { annotationQueries, panelQueries, variableQueries } from './queries.js';

/** Labels that Prometheus gives, whatever is scraped. */
const OF_PROMETHEUS = ['job', 'instance'];
const ALERTS = alertGroups(DEFAULTS).flatMap(({ rules }) => rules);
const OWN_METRICS: readonly MetricDefinition[] = Object.values(METRICS);

/** The labels of a metric, by each name that its series have. */
const LABELS_OF = new Map<string, readonly string[]>([
  ...OWN_METRICS.flatMap(({ name, kind, labels }) =>
    kind === 'histogram'
      ? [
          [`${name}_bucket`, [...labels, 'le', ...OF_PROMETHEUS]] as const,
          ...['count', 'sum'].map((suffix) => [`${name}_${suffix}`, [...labels, ...OF_PROMETHEUS]] as const),
        ]
      : [[name, [...labels, ...OF_PROMETHEUS]] as const],
  ),
  ...Object.values(RECORDED).map(({ selector: { name } }) => [name, levelOf(name)] as const),
  ...Object.values(COLLECTOR_METRICS).map(({ name, labels }) => [name, [...labels, ...OF_PROMETHEUS]] as const),
  ['up', OF_PROMETHEUS],
  ['ALERTS', ['alertname', 'alertstate', 'severity', ...Object.keys(LABELS), ...OF_PROMETHEUS]],
]);

/** Values of labels that are a fixed set, by label. */
const VALUES_OF: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(Object.entries(LABELS).flatMap(([label, { values }]) => (values ? [[label, values]] : []))),
  // Of an approval it is the decision.
  outcome: [...(LABELS.outcome.values ?? []), ...(LABELS.decision.values ?? [])],
  le: [...PHASE_DURATION_BOUNDS.flatMap((bound) => [String(bound), `${bound}.0`]), '+Inf'],
  alertstate: ['firing', 'pending'],
  severity: ['critical', 'warning', 'info'],
  alertname: ALERTS.map(({ alert }) => alert),
};

/** The labels that the level of a recorded series names: `namespace_cluster_plan_id:…`. */
function levelOf(name: string): string[] {
  let rest = `${name.split(':')[0]}_`;
  const labels: string[] = [];
  for (let found = true; found; ) {
    const label = (Object.keys(LABELS) as Label[]).find((candidate) => rest.startsWith(`${candidate}_`));
    found = label !== undefined;
    if (label !== undefined) labels.push(label);
    rest = rest.slice((label?.length ?? 0) + 1);
  }
  return labels;
}

/** Every expression of a dashboard with its place, ready for the parser. */
function expressionsOf(dashboard: Dashboard): { readonly place: string; readonly expr: string }[] {
  const variables = dashboard.templating.list;
  const ready = (text: string) => interpolate(text, variables, anyChoice(variables));
  return [
    ...panelQueries(dashboard).map(({ key, expr }) => ({ place: key, expr: ready(expr) })),
    ...variableQueries(dashboard).map(({ variable, selector }) => ({
      place: `variable ${variable.name}`,
      expr: ready(selector),
    })),
    ...annotationQueries(dashboard).map(({ name, expr }) => ({ place: `annotation ${name}`, expr: ready(expr) })),
  ];
}

function metricOf({ metric, matchers }: Selector): string {
  const name = metric ?? matchers.find(({ label, op }) => label === '__name__' && op === '=')?.value;
  if (name === undefined) throw new Error('a selector without a name');
  return name;
}

/** Whether some value that the label can have fits. */
function fits({ label, op, value }: Matcher): boolean {
  const values = VALUES_OF[label];
  if (values === undefined) return true;
  if (op === '=' || op === '!=') return value === '' || values.includes(value);
  const alternatives = /^[\w|]+$/.test(value) ? value.split('|') : [value];
  return alternatives.every((one) => values.some((candidate) => new RegExp(`^(?:${one})$`).test(candidate)));
}

/** Labels that an expression makes itself. */
function madeLabels(expr: string): string[] {
  return callsOf(expr)
    .filter(({ name }) => name === 'label_replace' || name === 'label_join' || name === 'count_values')
    .map(({ args }) => (args[1] ?? '').slice(1, -1));
}

for (const uid of DASHBOARDS) {
  describe(`the contract and dashboard ${uid}`, () => {
    const dashboard = readDashboard(uid);
    const expressions = expressionsOf(dashboard);

    it('asks for metrics that exist, by labels and values that they have', () => {
      const unknown = expressions.flatMap(({ place, expr }) =>
        selectorsOf(expr).flatMap((selector) => {
          const metric = metricOf(selector);
          const labels = LABELS_OF.get(metric);
          if (labels === undefined) return [`${place}: no metric ${metric}`];
          return selector.matchers
            .filter(({ label }) => label !== '__name__')
            .flatMap((matcher) => {
              if (!labels.includes(matcher.label)) return [`${place}: ${metric} has no label ${matcher.label}`];
              return fits(matcher) ? [] : [`${place}: ${metric}{${matcher.label}${matcher.op}"${matcher.value}"}`];
            });
        }),
      );
      expect(unknown).to.deep.equal([]);
    });

    it('groups by labels that the metrics of the query have', () => {
      const unknown = expressions.flatMap(({ place, expr }) => {
        const labels = new Set([
          ...selectorsOf(expr).flatMap((selector) => LABELS_OF.get(metricOf(selector)) ?? []),
          ...madeLabels(expr),
        ]);
        return groupingLabelsOf(expr)
          .filter((label) => !labels.has(label))
          .map((label) => `${place}: ${label}`);
      });
      expect(unknown).to.deep.equal([]);
    });

    it('names series in legends by labels that exist', () => {
      const labels = new Set([...LABELS_OF.values()].flat());
      const unknown = panelsOf(dashboard).flatMap(({ title, targets = [] }) =>
        targets.flatMap(({ legendFormat = '', expr = '' }) =>
          [...legendFormat.matchAll(/\{\{\s*(\w+)\s*\}\}/g)]
            .map(([, label]) => label as string)
            .filter((label) => !labels.has(label) && !expr.includes(`"${label}"`))
            .map((label) => `${title}: ${label}`),
        ),
      );
      expect(unknown).to.deep.equal([]);
    });

    it('keeps what was folded together out of everything that is told of one plan or one node', () => {
      const folded = expressions.flatMap(({ place, expr }) =>
        selectorsOf(expr)
          .filter(({ metric, matchers }) => {
            const perPlan = metric?.startsWith('mesh_rebalance_') && LABELS_OF.get(metric)?.includes('plan_id');
            return perPlan && !matchers.some(({ label }) => label === 'plan_id');
          })
          .filter(() => groupingLabelsOf(expr).includes('plan_id'))
          .map(({ metric }) => `${place}: ${metric} without a matcher of plan_id, such as plan_id!~"|${OTHER}"`),
      );
      expect(folded).to.deep.equal([]);
    });
  });
}
