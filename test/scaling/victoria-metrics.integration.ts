import { expect } from 'chai';
import { ALERT_PREFIX } from '../../rules/alert-definition.js';
import { secondsOf } from '../../rules/duration.js';
import type { AlertRule } from '../../rules/rule.js';
import { DASHBOARDS, readDashboard } from '../dashboards/dashboard-files.js';
import { ALL, type Choice, interpolate, stepFor } from '../dashboards/interpolation.js';
import { annotationQueries, type PanelQuery, panelQueries } from '../dashboards/queries.js';
import { ALERT_RULES, RECORDING_RULES, RULE_FILES } from '../rules/rule-files.js';
import { Cleanup } from '../support/cleanup.js';
import type { Matrix, Point } from '../support/prometheus.js';
import { DAY, MINUTE } from '../support/time.js';
import { type Comparison, compare, DIFFERENCES, differs, verdict } from './support/differences.js';
import { type StoredHistory, type StoredHistoryOptions, storeHistory } from './support/stored-history.js';
import { type StoredSamples, VictoriaMetrics } from './support/victoria-metrics.js';
import { checkRules, replayRules } from './support/vmalert.js';

const SCRAPE = 15_000;
/** Rules are evaluated at every so manieth minute. */
const EVERY = 5 * MINUTE;

/** Without it a series ends after a few scrapes, not after five minutes as in Prometheus: what `docs/` tells to set. */
const FLAGS = ['-search.minStalenessInterval=5m'];

const RUNS: readonly (StoredHistoryOptions & { readonly plan: string })[] = [
  { scenario: 'healthy', hours: 2, clusters: 2, plan: 'search-eu-2-0003' },
  { scenario: 'stuck-drain', hours: 2, clusters: 2, plan: 'payments-eu-1-0001' },
  { scenario: 'failed-plan', hours: 1, clusters: 2, plan: 'payments-eu-1-0001' },
  { scenario: 'approval-backlog', hours: 5, clusters: 2, plan: 'payments-eu-1-0001' },
  { scenario: 'restart-during-plan', hours: 1, clusters: 2, plan: 'payments-eu-1-0001' },
  { scenario: 'stuck-drain', hours: 2, clusters: 2, restartAt: 95, plan: 'payments-eu-1-0001' },
  { scenario: 'target-lost', hours: 1, clusters: 2, plan: 'search-eu-2-0001' },
  { scenario: 'two-leaders', hours: 1, clusters: 1, plan: 'payments-eu-1-0001' },
  { scenario: 'guardrail-held', hours: 2, clusters: 1, plan: 'payments-eu-1-0001' },
  { scenario: 'paused', hours: 3, clusters: 1, plan: 'payments-eu-1-0001' },
  { scenario: 'invalid-events', hours: 1, clusters: 1, plan: 'payments-eu-1-0001' },
  { scenario: 'clock-ahead', hours: 1, clusters: 1, plan: 'payments-eu-1-0001' },
  { scenario: 'over-budget', hours: 6, clusters: 1, plan: 'payments-eu-1-0001' },
  { scenario: 'lost-without-heartbeats', hours: 1, clusters: 2, plan: 'search-eu-2-0001' },
  { scenario: 'imbalance', hours: 1, clusters: 2, plan: 'search-eu-2-0001' },
  { scenario: 'no-leader', hours: 1, clusters: 1, plan: 'payments-eu-1-0001' },
  { scenario: 'repeated-failures', hours: 2, clusters: 1, plan: 'payments-eu-1-0001' },
  { scenario: 'too-many-moves', hours: 1, clusters: 1, plan: 'payments-eu-1-0001' },
  { scenario: 'plans-untracked', hours: 1, clusters: 1, plan: 'payments-eu-1-0001' },
];

const NOT_IN_THE_LAB = [
  'namespace_cluster:mesh_rebalance_controller_decommissioned_timestamp_seconds:last',
  ...['LabelsRenamed', 'SeriesOverflow', 'CollectorRefusing', 'CollectorExportFailing', 'CollectorQueueNearlyFull'].map(
    (name) => `${ALERT_PREFIX}${name}`,
  ),
];

const nameOf = ({ scenario, restartAt }: StoredHistoryOptions) =>
  restartAt === undefined ? scenario : `${scenario}, with all controllers replaced after ${restartAt} min`;

/** Answers at several times, as one to a range: what differs but for its time is one series. */
function together(answers: readonly { readonly time: number; readonly result: readonly Point[] }[]): Matrix[] {
  const series = new Map<string, { metric: Point['metric']; values: (readonly [number, string])[] }>();
  for (const { time, result } of answers) {
    for (const { metric, value } of result) {
      const known = series.get(keyOf(metric)) ?? { metric, values: [] };
      known.values.push([time / 1_000, String(value)]);
      series.set(keyOf(metric), known);
    }
  }
  return [...series.values()];
}

describe('the shipped queries in VictoriaMetrics and in Prometheus 3, over the same samples', () => {
  /** Queries of {@link DIFFERENCES} that did differ in some run. */
  const different = new Set<string>();

  /** Rules that had a result in some run. */
  const answered = new Set<string>();

  /** What is wrong, in words. */
  const judge = (name: string, comparison: Comparison): string[] => {
    if (differs(comparison)) different.add(name);
    return verdict(comparison, DIFFERENCES[name]).map((text) => `${name}: ${text}`);
  };

  for (const { plan, ...run } of RUNS) {
    describe(nameOf(run), () => {
      const cleanup = Cleanup.forSuite();
      let history: StoredHistory;
      before(async () => {
        history = await cleanup.use(storeHistory(run, FLAGS));
      });

      /** As rules are evaluated: one query for each time. Prometheus gives the same for a range. */
      const instants = async (expr: string, times: readonly number[]): Promise<Comparison> => {
        const { prometheus, victoria } = history;
        const [first = 0] = times;
        const right = await prometheus.range(expr, first, times.at(-1) ?? first, EVERY);
        const found = [];
        for (const time of times) found.push({ time, result: await victoria.instant(expr, time) });
        return compare(right.result, together(found));
      };

      const ranges = async (expr: string, { from, to, step }: Choice): Promise<Comparison> => {
        const right = await history.prometheus.range(expr, from, to, step);
        return compare(right.result, await history.victoria.range(expr, from, to, step));
      };

      const choiceFor = ({ interval, maxDataPoints }: Partial<PanelQuery>): Choice => {
        const { start, end } = history;
        const least = interval === '1d' ? DAY : SCRAPE;
        const from = Math.min(start, end - 2 * least);
        const step = Math.max(least, stepFor(from, end, maxDataPoints ?? 1_000, least));
        return {
          from,
          to: end,
          step,
          scrape: SCRAPE,
          values: { namespace: ALL, cluster: ALL, plan_id: plan, node: ALL },
        };
      };

      it('every rule has the same result', async () => {
        const { start, end } = history;
        const times = Array.from(
          { length: Math.floor((end - start) / EVERY) },
          (_, index) => start + (index + 1) * EVERY,
        );
        const wrong: string[] = [];
        let points = 0;
        for (const { expr, ...rule } of [...RECORDING_RULES, ...ALERT_RULES]) {
          const comparison = await instants(expr, times);
          points += comparison.points;
          if (comparison.points > 0) answered.add('alert' in rule ? rule.alert : rule.record);
          wrong.push(...judge('alert' in rule ? rule.alert : rule.record, comparison));
        }
        expect(wrong).to.deep.equal([]);
        expect(points, 'values that were compared').to.be.above(5);
      });

      for (const uid of DASHBOARDS) {
        it(`every query of ${uid} has the same answer`, async () => {
          const dashboard = readDashboard(uid);
          const wrong: string[] = [];
          let replies = 0;
          for (const query of panelQueries(dashboard)) {
            const choice = choiceFor(query);
            const expr = interpolate(query.expr, dashboard.templating.list, choice);
            const comparison = query.instant ? await instants(expr, [choice.to]) : await ranges(expr, choice);
            if (comparison.points > 0) replies += 1;
            wrong.push(...judge(`${uid}: ${query.key}`, comparison));
          }
          for (const { name, expr } of annotationQueries(dashboard)) {
            const choice = { ...choiceFor({}), step: MINUTE };
            const text = interpolate(expr, dashboard.templating.list, choice);
            wrong.push(...judge(`${uid}: ${name}`, await ranges(text, choice)));
          }
          expect(wrong).to.deep.equal([]);
          expect(replies, 'queries with an answer').to.be.above(5);
        });
      }

      it('vmalert records the same series and fires the same alerts', async () => {
        const { prometheus, victoria, start, end } = history;
        const written = await cleanup.use(VictoriaMetrics.start());
        await replayRules(Object.values(RULE_FILES), { from: victoria, to: written, start, end });
        const wrong: string[] = [];
        for (const { record, expr } of RECORDING_RULES) {
          const right = await prometheus.range(expr, start, end, MINUTE);
          const stored = await written.samples(`{__name__="${record}"}`);
          wrong.push(...judge(record, compare(right.result, stored.map(asMatrix))));
        }
        const due = new Map<string, ReadonlySet<number>>();
        for (const rule of ALERT_RULES) {
          const { result } = await prometheus.range(rule.expr, start, end, MINUTE);
          for (const [alert, times] of firingTimes(rule, result)) due.set(alert, times);
        }
        const stored = await written.samples('ALERTS{alertstate="firing"}');
        const fired = new Map(
          stored.map(({ metric: { __name__, alertstate, ...labels }, timestamps }) => [
            keyOf(labels),
            new Set(timestamps),
          ]),
        );
        expect([...due.values()].filter(({ size }) => size > 0)).to.not.be.empty;
        wrong.push(...unlike(due, fired));
        expect(wrong).to.deep.equal([]);
        const begun = await written.samples('ALERTS_FOR_STATE');
        const withDelay = ALERT_RULES.filter(({ for: delay }) => delay !== undefined).map(({ alert }) => alert);
        expect(begun).to.not.be.empty;
        expect(withDelay).to.include.members(begun.map(({ metric }) => metric['alertname']));
      });
    });
  }

  describe('all together', () => {
    it('had a result for every rule but those of which the lab has no series', () => {
      const rules = [...RECORDING_RULES.map(({ record }) => record), ...ALERT_RULES.map(({ alert }) => alert)];
      expect([...new Set(rules)].filter((name) => !answered.has(name))).to.have.members(NOT_IN_THE_LAB);
    });

    it('differ where it is said, and only there', () => {
      expect([...different].sort()).to.deep.equal(Object.keys(DIFFERENCES).sort());
    });
  });
});

function asMatrix({ metric, timestamps, values }: StoredSamples): Matrix {
  return { metric, values: timestamps.map((time, index) => [time / 1_000, String(values[index])] as const) };
}

/** The times at which a rule fires that is evaluated every minute with these results, by the labels of the alert. */
function firingTimes(rule: AlertRule, results: readonly Matrix[]): Map<string, Set<number>> {
  const wait = 1_000 * (secondsOf(rule.for ?? '0s') ?? Number.NaN);
  return new Map(
    results.map(({ metric: { __name__, ...labels }, values }) => {
      let since = Number.NaN;
      let last = Number.NaN;
      const firing = values.flatMap(([seconds]) => {
        const time = seconds * 1_000;
        if (time - last !== MINUTE) since = time;
        last = time;
        return time - since >= wait ? [time] : [];
      });
      return [keyOf({ alertname: rule.alert, ...labels, ...rule.labels }), new Set(firing)];
    }),
  );
}

/** Where alerts fired otherwise than they should, but for one minute more or less at either end. */
function unlike(
  due: ReadonlyMap<string, ReadonlySet<number>>,
  fired: ReadonlyMap<string, ReadonlySet<number>>,
): string[] {
  const around = (times: ReadonlySet<number>, time: number) =>
    [-MINUTE, 0, MINUTE].filter((by) => times.has(time + by)).length;
  return [...new Set([...due.keys(), ...fired.keys()])].flatMap((key) => {
    const right = due.get(key) ?? new Set<number>();
    const actual = fired.get(key) ?? new Set<number>();
    const surplus = [...actual].filter((time) => around(right, time) === 0);
    const missing = [...right].filter((time) => around(right, time) === 3 && !actual.has(time));
    return [
      ...(surplus.length > 0 ? [`${key} fires ${surplus.length} times too often`] : []),
      ...(missing.length > 0 ? [`${key} fires ${missing.length} times too seldom`] : []),
    ];
  });
}

function keyOf(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

describe('the shipped rules in vmalert', () => {
  for (const [name, file] of Object.entries(RULE_FILES)) {
    it(`it takes the ${name} rules`, async () => {
      expect(await checkRules(file)).to.equal('');
    });
  }
});
