import { expect } from 'chai';
import { METRICS, type MetricDefinition, OTHER } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { groupingLabelsOf, selectorsOf } from '../support/promql.js';
import { isLabel, unknownGroupings, unknownReads } from '../support/query-contract.js';
import { DASHBOARDS, type Dashboard, panelsOf, readDashboard } from './dashboard-files.js';
import { anyChoice, interpolate } from './interpolation.js';
import { annotationQueries, panelQueries, variableQueries } from './queries.js';

/** Metrics of plans that `plan_id="_OTHER"` has too: a sum is part of their bound. */
const FOLDED: ReadonlySet<string | undefined> = new Set(
  Object.values<MetricDefinition>(METRICS)
    .filter(({ labels, bound }) => labels.includes('plan_id') && bound.includes('+'))
    .map(({ name }) => name),
);

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

for (const uid of DASHBOARDS) {
  describe(`the contract and dashboard ${uid}`, () => {
    const dashboard = readDashboard(uid);
    const expressions = expressionsOf(dashboard);

    it('asks for metrics that exist, by labels and values that they have', () => {
      const unknown = expressions.flatMap(({ place, expr }) => unknownReads(expr).map((text) => `${place}: ${text}`));
      expect(unknown).to.deep.equal([]);
    });

    it('groups by labels that the metrics of the query have', () => {
      const unknown = expressions.flatMap(({ place, expr }) =>
        unknownGroupings(expr).map((text) => `${place}: ${text}`),
      );
      expect(unknown).to.deep.equal([]);
    });

    it('names series in legends by labels that exist', () => {
      const unknown = panelsOf(dashboard).flatMap(({ title, targets = [] }) =>
        targets.flatMap(({ legendFormat = '', expr = '' }) =>
          [...legendFormat.matchAll(/\{\{\s*(\w+)\s*\}\}/g)]
            .map(([, label]) => label as string)
            .filter((label) => !isLabel(label) && !expr.includes(`"${label}"`))
            .map((label) => `${title}: ${label}`),
        ),
      );
      expect(unknown).to.deep.equal([]);
    });

    it('keeps what was folded together out of everything that is told of one plan or one node', () => {
      const folded = expressions.flatMap(({ place, expr }) =>
        selectorsOf(expr)
          .filter((selector) => {
            return FOLDED.has(selector.metric) && !selector.matchers.some(({ label }) => label === 'plan_id');
          })
          .filter(() => groupingLabelsOf(expr).includes('plan_id'))
          .map(({ metric }) => `${place}: ${metric} without a matcher of plan_id, such as plan_id!~"|${OTHER}"`),
      );
      expect(folded).to.deep.equal([]);
    });
  });
}
