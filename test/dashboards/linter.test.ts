/* The 17 rules of grafana/dashboard-linter 0.2.0, which cannot be had as a module. Where ours differ, a comment says why. */
import { expect } from 'chai';
import { METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { RECORDED } from '../../rules/recording.js';
import { callsOf, type Selector, selectorsOf } from '../support/promql.js';
import {
  DASHBOARDS,
  type Dashboard,
  type DataSource,
  dataPanelsOf,
  type Panel,
  panelsOf,
  readDashboard,
  type Target,
  type Variable,
} from './dashboard-files.js';
import { anyChoice, interpolate } from './interpolation.js';
import { UNITS } from './units.js';

/** The variables that stand for data sources, and what they are of. */
const DATA_SOURCES: Readonly<Record<string, readonly string[]>> = {
  datasource: ['prometheus'],
  traces: ['tempo'],
  jaeger: ['jaeger'],
  logs: ['loki'],
};
/** In place of the linter's `job` and `instance`: what tells our series apart, whatever scrapes them. */
const FILTERS = ['namespace', 'cluster'] as const;
/** Of the whole fleet, with no label at all. */
const FLEET_WIDE: readonly string[] = [RECORDED.goalRatio.selector.name];
/** Of the programs on the way, which know neither namespace nor cluster. */
const OF_THE_WAY = /^(up|otelcol_\w+)$/;
/** Begins with its plan and goes with it: what it has counted is all that the plan has had, without looking back for it. */
const OF_ONE_PLAN: readonly string[] = [METRICS.planFailures.name];
const RATES = ['rate', 'irate'];
const INCREASES = [...RATES, 'increase'];
/** Pages with queries of logs; a rule over them says nothing about the others. */
const WITH_LOGS: readonly string[] = ['mesh-rebalance-plan'];

interface PlacedTarget {
  readonly place: string;
  readonly panel: Panel;
  readonly target: Target;
}

function sourceOf({ panel, target }: PlacedTarget): DataSource {
  return target.datasource ?? panel.datasource ?? {};
}

function targetsOf(dashboard: Dashboard, type?: string): PlacedTarget[] {
  return panelsOf(dashboard)
    .flatMap((panel) =>
      (panel.targets ?? []).map((target) => ({ place: `${panel.title} / ${target.refId}`, panel, target })),
    )
    .filter((placed) => type === undefined || sourceOf(placed).type === type);
}

/** The units of a panel, as its fields and their overrides have them. */
function unitsOf({ fieldConfig }: Panel): string[] {
  const overridden = (fieldConfig?.overrides ?? [])
    .flatMap(({ properties }) => properties)
    .filter(({ id }) => id === 'unit')
    .map(({ value }) => String(value));
  return [...(fieldConfig?.defaults.unit === undefined ? [] : [fieldConfig.defaults.unit]), ...overridden];
}

function isFiltered({ metric, matchers }: Selector, name: string): boolean {
  // Alerts on the Collector have neither label, and concern whoever looks.
  const accepted = metric?.startsWith('ALERTS') ? [`$${name}`, `$${name}|`] : [`$${name}`];
  return matchers.some(({ label, op, value }) => label === name && op === '=~' && accepted.includes(value));
}

/** Choices that leave the filters in, so that they can be looked for. */
function withFilters(expr: string, variables: readonly Variable[]): string {
  const choice = anyChoice(variables);
  const values = { ...choice.values, ...Object.fromEntries(FILTERS.map((name) => [name, [`\u0000${name}`]])) };
  return interpolate(expr, variables, { ...choice, values }).replaceAll('\u0000', '$');
}

/** Rates over something else than `$__rate_interval`, which is 60 s here. */
function otherRates(expr: string): string[] {
  return callsOf(expr)
    .filter(({ name, range }) => RATES.includes(name) && range !== '60s')
    .map(({ name, range }) => `${name} over ${range}`);
}

describe('the rules of dashboard-linter', () => {
  // No query has a rate today.
  it('target-rate-interval-rule would refuse a rate over a range of its own', () => {
    const expr = 'sum(rate(a_total[5m])) + irate(b_total[60s]) + increase(c_total[1h])';
    expect(otherRates(expr)).to.deep.equal(['rate over 5m']);
  });
});

for (const uid of DASHBOARDS) {
  describe(`the rules of dashboard-linter and dashboard ${uid}`, () => {
    const dashboard = readDashboard(uid);
    const variables = dashboard.templating.list;
    const promql = targetsOf(dashboard, 'prometheus');
    const logql = targetsOf(dashboard, 'loki');
    const parsable = (expr: string) => interpolate(expr, variables, anyChoice(variables));

    it('template-datasource-rule: data sources are variables, and the first is the Prometheus one', () => {
      const sources = variables.filter(({ type }) => type === 'datasource');
      // The linter wants "prometheus_datasource" where there are several; a page is easier to link to with the usual name.
      expect(sources[0]?.name).to.equal('datasource');
      for (const { name, query } of sources) expect(DATA_SOURCES[name] ?? [], name).to.include(query as string);
    });

    for (const [rule, name] of [
      ['template-job-rule', 'namespace'],
      ['template-instance-rule', 'cluster'],
    ] as const) {
      it(`${rule}, for ${name}: there is a variable of it with several values and All`, () => {
        const variable = variables.find((candidate) => candidate.name === name);
        expect(variable).to.include({ type: 'query', allValue: '.+', multi: true, includeAll: true });
        expect(variable?.datasource?.uid).to.equal('${datasource}');
        expect(variable?.label).to.match(/^[A-Z]/);
      });
    }

    it('template-label-promql-rule: the choices of variables are valid PromQL', () => {
      for (const { name, type, query = '' } of variables) {
        if (type !== 'query') continue;
        const text = typeof query === 'string' ? query : query.query;
        const [, selector = '', label] = /^label_values\((.+),\s*(\w+)\)$/s.exec(text) ?? [];
        expect(label, `${name}: ${text}`).to.be.a('string');
        expect(selectorsOf(parsable(selector)), name).to.have.lengthOf(1);
      }
    });

    it('template-on-time-change-reload-rule: the choices of variables follow the chosen time', () => {
      const queried = variables.filter(({ type }) => type === 'query');
      expect(queried.filter(({ refresh }) => refresh !== 2)).to.deep.equal([]);
    });

    it('panel-datasource-rule: panels and queries ask a data source that can be chosen', () => {
      const names = variables.filter(({ type }) => type === 'datasource').map(({ name }) => `\${${name}}`);
      for (const { title, datasource } of dataPanelsOf(dashboard)) {
        expect([...names, '-- Mixed --', '-- Dashboard --'], title).to.include(datasource?.uid);
      }
      for (const placed of targetsOf(dashboard)) expect(names, placed.place).to.include(sourceOf(placed).uid);
    });

    it('panel-title-description-rule: every panel of every type says what it is', () => {
      for (const { id, title, description = '' } of dataPanelsOf(dashboard)) {
        expect(title, `panel ${id}`).to.match(/\S/);
        expect(description, title).to.match(/^\S.{20,}/s);
      }
    });

    it('panel-units-rule: every panel of every type has a unit that Grafana knows', () => {
      for (const panel of dataPanelsOf(dashboard)) {
        if (['traces', 'logs', 'annolist', 'alertlist'].includes(panel.type)) continue;
        const units = unitsOf(panel);
        expect(units, panel.title).to.not.be.empty;
        for (const unit of units) expect(UNITS.has(unit), `${panel.title}: ${unit}`).to.equal(true);
      }
    });

    it('panel-no-targets-rule: every panel asks something', () => {
      const silent = dataPanelsOf(dashboard).filter(
        ({ targets = [], type }) => targets.length === 0 && type !== 'alertlist',
      );
      expect(silent.map(({ title }) => title)).to.deep.equal([]);
    });

    it('target-promql-rule: every query is valid PromQL', () => {
      for (const { place, target } of promql) {
        expect(target.expr, place).to.match(/\S/);
        expect(() => selectorsOf(parsable(target.expr ?? '')), place).to.not.throw();
      }
    });

    it('target-logql-rule: every query of logs has one selector of streams that names the package', () => {
      expect(logql.length > 0).to.equal(WITH_LOGS.includes(uid));
      for (const { place, target } of logql) {
        expect(target.expr, place).to.match(/^\{[^{}]*=~?"[^"]+"[^{}]*\}/);
      }
    });

    it('target-logql-auto-rule: a query of logs with a range uses $__auto', () => {
      const fixed = logql.filter(({ target }) => /\[(?!\$__auto\])/.test(target.expr ?? ''));
      expect(fixed.map(({ place }) => place)).to.deep.equal([]);
    });

    it('target-rate-interval-rule: rates are over $__rate_interval, and that stands nowhere else', () => {
      for (const { place, target } of promql) {
        expect(otherRates(parsable(target.expr ?? '')), place).to.deep.equal([]);
        const uses = (target.expr ?? '').split('$__rate_interval').length - 1;
        const marked = (target.expr ?? '').replaceAll('$__rate_interval', '11y');
        const right = callsOf(parsable(marked)).filter(
          ({ name, range }) => INCREASES.includes(name) && range === '11y',
        );
        expect(right, place).to.have.lengthOf(uses);
      }
    });

    for (const [rule, name] of [
      ['target-job-rule', 'namespace'],
      ['target-instance-rule', 'cluster'],
    ] as const) {
      it(`${rule}, for ${name}: every selector is filtered by it`, () => {
        const unfiltered = promql.flatMap(({ place, target }) =>
          selectorsOf(withFilters(target.expr ?? '', variables))
            .filter(({ metric = '' }) => !FLEET_WIDE.includes(metric) && !OF_THE_WAY.test(metric))
            .filter((selector) => !isFiltered(selector, name))
            .map(({ metric }) => `${place}: ${metric}`),
        );
        expect(unfiltered).to.deep.equal([]);
      });
    }

    it('target-counter-agg-rule: counters stand in rate, irate or increase only', () => {
      for (const { place, target } of promql) {
        const expr = parsable(target.expr ?? '');
        const counters = selectorsOf(expr).filter(
          ({ metric = '' }) =>
            /_(total|bucket|count|sum)$/.test(metric) && !metric.includes(':') && !OF_ONE_PLAN.includes(metric),
        );
        const within = callsOf(expr)
          .filter(({ name }) => INCREASES.includes(name))
          .flatMap(({ args }) => args.flatMap((argument) => selectorsOf(argument)))
          .filter(({ metric = '' }) => !OF_ONE_PLAN.includes(metric));
        expect(within.map(({ metric }) => metric).sort(), place).to.deep.equal(
          counters.map(({ metric }) => metric).sort(),
        );
      }
    });

    it('uneditable-dashboard-rule: it cannot be changed in place, for the next upgrade would undo that', () => {
      expect(dashboard.editable).to.equal(false);
    });
  });
}
