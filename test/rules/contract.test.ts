import { expect } from 'chai';
import { ALERT_PREFIX } from '../../rules/alert-definition.js';
import { groupingLabelsOf, type Selector, selectorsOf } from '../support/promql.js';
import { isMatch, unknownGroupings, unknownReads } from '../support/query-contract.js';
import { storySeries } from './evaluation.js';
import { labSeries } from './lab-series.js';
import { ALERT_RULES, DASHBOARD_RULES, lookUpsOf, RECORDING_RULES } from './rule-files.js';

/** Labels that are not of the package, with what they are for. */
const FOREIGN_LABELS: Readonly<Record<string, string>> = {
  exported_namespace: 'Prometheus renames ours to it where honor_labels is missing; an alert looks for that',
  exported_cluster: 'as exported_namespace',
  otel_metric_overflow: 'the SDK folds what it cannot keep apart under it; an alert looks for that',
};

/** Selectors of what a sound delivery never has. */
const NEVER_SOUND = ['exported_namespace', 'exported_cluster', 'otel_metric_overflow'];

/** Without recording rules, as all alerts are. */
const ON_PLANS_THAT_HANG = ['Stuck', 'NodeDrainStalled', 'RunningTooLong'].map((name) => `${ALERT_PREFIX}${name}`);

const RULES = [
  ...RECORDING_RULES.map(({ record, expr }) => ({ name: record, expr })),
  ...ALERT_RULES.map(({ alert, expr, labels }) => ({ name: `${alert} (${labels.severity})`, expr })),
];
/** What the texts of alerts look up, each once. */
const LOOK_UPS = [...new Set(ALERT_RULES.flatMap(lookUpsOf))];

/** What is wrong with an expression, in words. */
function strangersIn(expr: string): string[] {
  const foreign = Object.keys(FOREIGN_LABELS);
  const unread = selectorsOf(expr).length === 0 ? ['reads nothing'] : [];
  return [...unread, ...unknownReads(expr, foreign), ...unknownGroupings(expr, foreign)];
}

describe('the contract of the rules', () => {
  for (const { name, expr } of RULES) {
    it(`${name} reads metrics, labels and values that exist`, () => expect(strangersIn(expr)).to.deep.equal([]));
  }

  it('texts of alerts look up metrics, labels and values that exist', () => {
    expect(LOOK_UPS).to.have.length.above(10);
    for (const query of LOOK_UPS) expect(strangersIn(query), query).to.deep.equal([]);
  });

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
    it(`would refuse ${expr}`, () => expect(strangersIn(expr).join('\n')).to.match(stranger));
  }

  it('alerts do not depend on the recording rules of the dashboards, which may not be loaded', () => {
    const recorded = new Set(DASHBOARD_RULES.map(({ record }) => record));
    for (const { alert, expr } of ALERT_RULES) {
      expect(
        selectorsOf(expr).filter(({ metric }) => recorded.has(metric ?? '')),
        alert,
      ).to.deep.equal([]);
    }
  });

  it('those on a plan that hangs are short enough to be read at night: 1,000 characters together', () => {
    const expressions = ALERT_RULES.filter(({ alert }) => ON_PLANS_THAT_HANG.includes(alert)).map(({ expr }) => expr);
    expect(expressions).to.have.length(ON_PLANS_THAT_HANG.length);
    expect(expressions.join('')).to.have.length.of.at.most(1_000);
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

  it('every selector of a metric of the package finds series in the lab', async () => {
    const scenarios = ['stuck-drain', 'plans-untracked', 'guardrail-held', 'repeated-failures'];
    const stories = [
      'a leader and its standby',
      'taken out of service in minute 20, and said so; its standby goes in minute 32',
    ];
    const runs = await Promise.all([
      ...scenarios.map((scenario) => labSeries({ scenario })),
      ...stories.map((story) => storySeries(story)),
    ]);
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
    const equal = op.endsWith('~') ? isMatch(value, actual) : actual === value;
    return op.startsWith('!') ? !equal : equal;
  });
}
