import { expect } from 'chai';
import {
  LABELS,
  METRICS,
  type MetricDefinition,
  PHASE_DURATION_BOUNDS,
} from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { OWN_METRICS, type OwnMetric } from '../../collector/own-metrics.js';
import { groupingLabelsOf, type Matcher, type Selector, selectorsOf } from '../support/promql.js';
import { labSeries } from './lab-series.js';
import { ALERT_RULES, RECORDING_RULES } from './rule-files.js';

/** Labels that are not of the package, with what they are for. */
const FOREIGN_LABELS: Readonly<Record<string, string>> = {
  job: 'Prometheus gives it to every target',
  instance: 'Prometheus gives it to every target',
  exported_namespace: 'Prometheus renames ours to it where honor_labels is missing; an alert looks for that',
  exported_cluster: 'as exported_namespace',
  otel_metric_overflow: 'the SDK folds what it cannot keep apart under it; an alert looks for that',
  le: 'bound of a bucket',
};

/** Selectors of what a sound delivery never has. */
const NEVER_SOUND = ['exported_namespace', 'exported_cluster', 'otel_metric_overflow'];

const RULES = [
  ...RECORDING_RULES.map(({ record, expr }) => ({ name: record, expr })),
  ...ALERT_RULES.map(({ alert, expr, labels }) => ({ name: `${alert} (${labels.severity})`, expr })),
];

const definitions: readonly MetricDefinition[] = Object.values(METRICS);
const ownMetrics: readonly OwnMetric[] = Object.values(OWN_METRICS);

/** The labels of a metric that is defined somewhere, by its exact name. */
function labelsOf(metric: string): readonly string[] | undefined {
  const recorded = RECORDING_RULES.find(({ record }) => record === metric);
  if (recorded !== undefined) return groupingLabelsOf(recorded.expr);
  const definition = definitions.find(({ name, kind }) =>
    kind === 'histogram'
      ? ['_bucket', '_count', '_sum'].some((suffix) => metric === `${name}${suffix}`)
      : metric === name,
  );
  if (definition !== undefined) return definition.labels;
  // Prometheus itself says with `up` whether a scrape succeeded.
  return metric === 'up' ? [] : ownMetrics.find(({ name }) => name === metric)?.labels;
}

/** Every value that a label can have, where it has a bounded set. */
function valuesOf(label: string): readonly string[] | undefined {
  if (label === 'le') return PHASE_DURATION_BOUNDS.flatMap((bound) => [String(bound), `${bound}.0`]);
  const { values } = LABELS[label as keyof typeof LABELS] ?? {};
  // A phase of approval has the decision as its outcome.
  return label === 'outcome' ? [...(values ?? []), ...LABELS.decision.values] : values;
}

/** @throws AssertionError that names what the contract does not have */
function expectInContract(rule: string, expr: string): void {
  const selectors = selectorsOf(expr);
  expect(selectors, rule).not.to.deep.equal([]);
  for (const { metric = 'a selector without a metric', matchers } of selectors) {
    const labels = labelsOf(metric);
    if (labels === undefined) expect.fail(`${rule}: ${metric} is defined nowhere`);
    for (const matcher of matchers) expectMatcher(`${rule}: ${metric}`, labels, matcher);
  }
  const known = selectors.flatMap(({ metric = '' }) => labelsOf(metric) ?? []);
  for (const label of groupingLabelsOf(expr)) {
    expect([...known, ...Object.keys(FOREIGN_LABELS)], `${rule} groups by ${label}`).to.include(label);
  }
}

function expectMatcher(where: string, labels: readonly string[], { label, op, value }: Matcher): void {
  expect([...labels, ...Object.keys(FOREIGN_LABELS)], where).to.include(label);
  const values = valuesOf(label);
  if (values === undefined || value === '') return;
  for (const one of op.endsWith('~') ? value.split('|') : [value]) {
    const known = values.some((candidate) => (op.endsWith('~') ? matches(one, candidate) : one === candidate));
    if (!known) expect.fail(`${where}{${label}${op}"${value}"}: no ${label} is ${one}`);
  }
}

/** Prometheus' expressions match whole values. */
function matches(pattern: string, value: string): boolean {
  return new RegExp(`^(?:${pattern})$`).test(value);
}

describe('the contract of the rules', () => {
  for (const { name, expr } of RULES) {
    it(`${name} reads metrics, labels and values that exist`, () => expectInContract(name, expr));
  }

  const strangers: readonly [expr: string, stranger: RegExp][] = [
    ['mesh_rebalance_shards_moved > 0', /mesh_rebalance_shards_moved is defined nowhere/],
    ['rate(mesh_rebalance_phase_duration_seconds[5m])', /mesh_rebalance_phase_duration_seconds is defined nowhere/],
    ['{job="mesh-controller"} > 0', /selector without a metric/],
    ['mesh_rebalance_paused{plan_id!=""} == 1', /plan_id/],
    ['mesh_rebalance_state{state="balancing"} == 1', /no state is balancing/],
    ['mesh_rebalance_state{state=~"draining|moving"} == 1', /no state is moving/],
    ['max by (namespace, pod) (mesh_rebalance_paused) == 1', /groups by pod/],
    ['a * on (namespace) group_left (zone) mesh_rebalance_paused', /a is defined nowhere/],
  ];
  for (const [expr, stranger] of strangers) {
    it(`would refuse ${expr}`, () => expect(() => expectInContract('rule', expr)).to.throw(stranger));
  }

  it('alerts do not depend on the recording rules, which may not be loaded', () => {
    const recorded = new Set(RECORDING_RULES.map(({ record }) => record));
    for (const { alert, expr } of ALERT_RULES) {
      expect(
        selectorsOf(expr).filter(({ metric }) => recorded.has(metric ?? '')),
        alert,
      ).to.deep.equal([]);
    }
  });

  it('texts of alerts use labels that their expression gives', () => {
    for (const { alert, expr, annotations } of ALERT_RULES) {
      const given = groupingLabelsOf(expr);
      for (const [, label] of JSON.stringify(annotations).matchAll(/\$labels\.(\w+)/g)) {
        expect(given, alert).to.include(label);
      }
    }
  });

  it('every alert is about a namespace and a cluster, or about a scrape target', () => {
    for (const { alert, expr } of ALERT_RULES) {
      const given = groupingLabelsOf(expr);
      const cluster = given.includes('namespace') && given.includes('cluster');
      expect(cluster || (given.includes('job') && given.includes('instance')), alert).to.equal(true);
    }
  });

  it('every selector of a metric of the package finds series in the lab', async function () {
    this.timeout(60_000);
    const scenarios = ['stuck-drain', 'plans-untracked', 'guardrail-held', 'repeated-failures'];
    const runs = await Promise.all(scenarios.map((scenario) => labSeries({ scenario })));
    const series = runs.flatMap((run) =>
      [...run.series.matchAll(/series: '(.*)'$/gm)].map(([, text]) => seriesOf(text ?? '')),
    );
    for (const { name, expr } of RULES) {
      for (const selector of selectorsOf(expr)) {
        if (!isOfPackage(selector) || selector.matchers.some(({ label }) => NEVER_SOUND.includes(label))) continue;
        expect(
          series.some((one) => selects(selector, one)),
          `${name}: ${JSON.stringify(selector)} finds nothing`,
        ).to.equal(true);
      }
    }
  });
});

interface LabelledSeries {
  readonly metric: string;
  readonly labels: ReadonlyMap<string, string>;
}

function seriesOf(text: string): LabelledSeries {
  const [metric = ''] = text.split('{');
  const labels = new Map([...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = '', value = '']) => [label, value]));
  return { metric, labels };
}

function isOfPackage({ metric = '' }: Selector): boolean {
  return metric.startsWith('mesh_rebalance_');
}

function selects({ metric, matchers }: Selector, series: LabelledSeries): boolean {
  if (series.metric !== metric) return false;
  return matchers.every(({ label, op, value }) => {
    const actual = series.labels.get(label) ?? '';
    const equal = op.endsWith('~') ? matches(value, actual) : actual === value;
    return op.startsWith('!') ? !equal : equal;
  });
}
