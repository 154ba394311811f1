import { expect } from 'chai';
import { PLAN_CODES } from '../../dashboards/palette.js';
import { inSeconds } from '../../rules/duration.js';
import type { Point } from '../support/prometheus.js';
import { MINUTE } from '../support/time.js';
import { DASHBOARDS, type Dashboard, type DashboardUid, readDashboard } from './dashboard-files.js';
import { EXPECTATIONS, type Expectation, firingAlerts } from './expectations.js';
import { type History, type HistoryOptions, loadHistory } from './history.js';
import { ALL, type Choice, interpolate, stepFor } from './interpolation.js';
import type { Row } from './oracle.js';
import { annotationQueries, type PanelQuery, panelQueries, variableQueries } from './queries.js';
import { View } from './view.js';

/** Parts of the shown time at whose end panels with a history are looked at. */
const PARTS = [0.35, 0.6, 0.85, 1];
const EXACT = 1e-9;
/** Mistakes of one query that are told. */
const MOST_MISTAKES = 3;
/** Clusters that are looked at one by one. */
const MOST_CLUSTERS = 5;
/** Queries whose values for several clusters are the sum of those of each. */
const ADDITIVE = [
  'Plans now / A',
  'Plans now / B',
  'Plans now / C',
  'Plans now / D',
  'Failures and waits / A',
  'Failures and waits / C',
  'Active plans / A',
  'Active plans / C',
  'Active plans / D',
  'Failure reasons / A',
  'Controller state / C',
  'Controller state / D',
];

/** A history, and what is chosen of it. */
interface Case extends HistoryOptions {
  readonly name: string;
  /** Choices of clusters that are looked at one by one; none is all of them. */
  readonly choices: readonly (readonly string[])[];
  readonly plan: string;
}

const SMALL = { nodes: 24, shards: 240 };
const CASES: readonly Case[] = [
  {
    name: 'healthy',
    scenario: 'healthy',
    hours: 2,
    clusters: 3,
    ...SMALL,
    choices: [[], ['eu-2'], ['eu-1', 'eu-3']],
    plan: 'search-eu-2-0003',
  },
  {
    name: 'stuck-drain',
    scenario: 'stuck-drain',
    hours: 2,
    clusters: 3,
    choices: [[], ['eu-1'], ['eu-2']],
    plan: 'payments-eu-1-0001',
  },
  {
    name: 'repeated-failures',
    scenario: 'repeated-failures',
    hours: 2,
    clusters: 3,
    choices: [[], ['eu-1'], ['eu-2']],
    plan: 'payments-eu-1-0001',
  },
  {
    name: 'approval-backlog, with a second replica',
    scenario: 'approval-backlog',
    hours: 5,
    clusters: 2,
    standby: true,
    choices: [[], ['eu-1'], ['eu-2']],
    plan: 'payments-eu-1-0001',
  },
  {
    name: 'a fleet of one cluster',
    scenario: 'fleet',
    hours: 1,
    clusters: 1,
    choices: [[], ['eu-1']],
    plan: 'payments-eu-1-0001',
  },
  {
    name: 'a fleet of two clusters, with second replicas',
    scenario: 'fleet',
    hours: 1,
    clusters: 2,
    standby: true,
    choices: [[], ['eu-1'], ['eu-2']],
    plan: 'search-eu-2-0001',
  },
  {
    name: 'a fleet of 200 clusters',
    scenario: 'fleet',
    hours: 0.3,
    clusters: 200,
    choices: [[], ['eu-150']],
    plan: 'search-eu-150-0001',
  },
  {
    name: 'guardrail-held',
    scenario: 'guardrail-held',
    hours: 1,
    clusters: 2,
    choices: [['eu-1'], ['eu-2']],
    plan: 'payments-eu-1-0001',
  },
  {
    name: 'too-many-moves',
    scenario: 'too-many-moves',
    hours: 0.5,
    clusters: 2,
    choices: [[], ['eu-1'], ['eu-2']],
    plan: 'payments-eu-1-0001',
  },
  {
    name: 'heartbeat-lost',
    scenario: 'heartbeat-lost',
    hours: 1,
    clusters: 2,
    choices: [[], ['eu-1'], ['eu-2']],
    plan: 'payments-eu-1-0001',
  },
  {
    name: 'flapping',
    scenario: 'flapping',
    hours: 1,
    clusters: 2,
    choices: [[], ['eu-1'], ['eu-2']],
    plan: 'payments-eu-1-0001',
  },
  {
    name: 'investigating-for-ever',
    scenario: 'investigating-for-ever',
    hours: 0.5,
    clusters: 2,
    choices: [[], ['eu-1'], ['eu-2']],
    plan: 'payments-eu-1-0001',
  },
  {
    name: 'paused',
    scenario: 'paused',
    hours: 1,
    clusters: 2,
    choices: [[], ['eu-1'], ['eu-2']],
    plan: 'payments-eu-1-0001',
  },
  {
    name: 'stuck-drain, scraped every 60 s, with a second replica',
    scenario: 'stuck-drain',
    hours: 2,
    clusters: 2,
    standby: true,
    scrape: 60,
    choices: [[], ['eu-1']],
    plan: 'payments-eu-1-0001',
  },
  {
    name: 'healthy, with a second replica and an upgrade',
    scenario: 'healthy',
    hours: 2,
    clusters: 2,
    ...SMALL,
    restartAt: 50,
    standby: true,
    choices: [[], ['eu-2']],
    plan: 'search-eu-2-0003',
  },
  {
    name: 'stuck-drain in Prometheus 3',
    scenario: 'stuck-drain',
    hours: 2,
    clusters: 2,
    release: '3',
    choices: [[], ['eu-1']],
    plan: 'payments-eu-1-0001',
  },
];

function choiceOf(history: History, query: PanelQuery, clusters: readonly string[], plan: string): Choice {
  const { start, end, scrape } = history;
  const least = Math.max(scrape, 1_000 * inSeconds(query.interval ?? '0s'));
  const from = Math.min(start, end - 2 * least);
  const step = Math.max(least, stepFor(from, end, query.maxDataPoints ?? 1_000, least));
  const values = { namespace: ALL, cluster: clusters.length === 0 ? ALL : clusters, plan_id: plan, node: ALL };
  return { from, to: end, step, scrape, values };
}

/** Times of a range query at which its answer is looked at. */
function pointsOf({ from, to, step }: Choice): number[] {
  const steps = Math.floor((to - from) / step);
  return [...new Set(PARTS.map((part) => from + Math.round(part * steps) * step))];
}

async function answers(history: History, { instant }: PanelQuery, expr: string, choice: Choice) {
  const { prometheus } = history;
  if (instant) {
    const { result, warnings } = await prometheus.instant(expr, choice.to);
    return { warnings, at: new Map([[choice.to, result]]) };
  }
  const { result, warnings } = await prometheus.range(expr, choice.from, choice.to, choice.step);
  const at = new Map<number, Point[]>(
    pointsOf(choice).map((time) => [
      time,
      result.flatMap(({ metric, values }) => {
        const found = values.find(([seconds]) => seconds * 1000 === time);
        return found === undefined ? [] : [{ metric, value: Number(found[1]) }];
      }),
    ]),
  );
  return { warnings, at };
}

function keyOf(labels: Readonly<Record<string, string>>): string {
  const kept = Object.entries(labels).filter(([name]) => name !== '__name__');
  return JSON.stringify(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What is wrong with an answer, in words; nothing when it is right. */
function mistakes(points: readonly Point[], expectation: Expectation): string[] {
  const { rows, may = [], relative = EXACT, absolute = EXACT, most } = expectation;
  const wanted = new Map(rows.map((row: Row) => [keyOf(row.labels), row.value]));
  const allowed = new Map([...may.map((row: Row) => [keyOf(row.labels), row.value] as const), ...wanted]);
  const found = new Map(points.map(({ metric, value }) => [keyOf(metric), value]));
  const wrong = [...found].flatMap(([key, value]) => {
    const right = allowed.get(key);
    if (right === undefined) return [`${key} is ${value} and should not be there`];
    const off = Math.abs(value - right);
    return off <= Math.max(absolute, relative * Math.abs(right)) ? [] : [`${key} is ${value}, not ${right}`];
  });
  if (most !== undefined && wanted.size > most) {
    return found.size === 0 || found.size > most ? [...wrong, `${found.size} series instead of up to ${most}`] : wrong;
  }
  return [
    ...wrong,
    ...[...wanted].filter(([key]) => !found.has(key)).map(([key, value]) => `${key} (${value}) is missing`),
  ];
}

/** The values of a query for the end of the shown time. */
async function rowsOf(history: History, uid: DashboardUid, key: string, plan: string): Promise<number[]> {
  const dashboard = readDashboard(uid);
  const query = panelQueries(dashboard).find((candidate) => candidate.key === key) as PanelQuery;
  const choice = choiceOf(history, query, [], plan);
  const expr = interpolate(query.expr, dashboard.templating.list, choice);
  const { result } = await history.prometheus.instant(expr, choice.to);
  return result.map(({ value }) => value);
}

/** The values of each query for the end of the shown time, added up. */
async function totals(
  history: History,
  uid: DashboardUid,
  clusters: readonly string[],
  plan: string,
): Promise<Record<string, number>> {
  const dashboard = readDashboard(uid);
  const sums: Record<string, number> = {};
  for (const query of panelQueries(dashboard).filter(({ instant }) => instant)) {
    const choice = choiceOf(history, query, clusters, plan);
    const expr = interpolate(query.expr, dashboard.templating.list, choice);
    const { result } = await history.prometheus.instant(expr, choice.to);
    sums[query.key] = result.reduce((sum, { value }) => sum + value, 0);
  }
  return sums;
}

/** What is wrong with a page, in words, query by query. */
async function check(
  history: History,
  uid: DashboardUid,
  clusters: readonly string[],
  plan: string,
): Promise<string[]> {
  const dashboard: Dashboard = readDashboard(uid);
  const found: string[] = [];
  for (const query of panelQueries(dashboard)) {
    const wrong = await checkQuery(history, dashboard, query, clusters, plan).catch((error: Error) => [error.message]);
    found.push(...wrong.slice(0, MOST_MISTAKES).map((text) => `${query.key}: ${text}`));
  }
  return found;
}

async function checkQuery(
  history: History,
  dashboard: Dashboard,
  query: PanelQuery,
  clusters: readonly string[],
  plan: string,
): Promise<string[]> {
  const expectation = EXPECTATIONS[dashboard.uid as DashboardUid][query.key];
  if (expectation === undefined) return ['no expectation'];
  const choice = choiceOf(history, query, clusters, plan);
  const expr = interpolate(query.expr, dashboard.templating.list, choice);
  const { warnings, at } = await answers(history, query, expr, choice);
  const wrong = [...at].flatMap(([time, points]) => {
    const { from, to, step, scrape } = choice;
    const { oracle, summary } = history;
    const view = new View({ oracle, summary, clusters, plan, from, to, at: time, step, scrape });
    const minute = Math.round((time - history.start) / MINUTE);
    return mistakes(points, expectation(view)).map((text) => `minute ${minute}: ${text}`);
  });
  return [...warnings, ...wrong];
}

describe('what the dashboards show of the histories of the lab', function () {
  this.timeout(300_000);

  for (const { name, choices, plan, ...options } of CASES) {
    describe(name, () => {
      let history: History;
      before(async () => {
        history = await loadHistory({ ...options, more: firingAlerts });
      });
      after(() => history?.stop());

      for (const clusters of choices) {
        const chosen = clusters.length === 0 ? 'all clusters' : clusters.join(' and ');
        for (const uid of DASHBOARDS) {
          it(`${uid} for ${chosen}: every query gives what was scraped`, async () => {
            expect(await check(history, uid, clusters, plan)).to.deep.equal([]);
          });
        }
      }

      it('agrees with what the controllers told, counted without the package', async () => {
        const { outcomes, failedMoves } = history.summary;
        const overview = await totals(history, 'mesh-rebalance-overview', [], plan);
        const oncall = await totals(history, 'mesh-rebalance-oncall', [], plan);
        expect(overview).to.include({
          'Plans finished / A': outcomes.completed,
          'Plans finished / B': outcomes.failed,
          'Plans finished / C': outcomes.cancelled,
        });
        expect(oncall).to.include({
          'Failure reasons / A': Object.values(failedMoves).reduce((sum, count) => sum + count, 0),
        });
      });

      it('names every live plan once', async () => {
        const { live } = history.summary;
        const shown = await rowsOf(history, 'mesh-rebalance-oncall', 'Active plans / A', plan);
        expect(shown.filter((code) => code !== PLAN_CODES.failed)).to.have.lengthOf(live);
      });

      it('shows the clusters one by one as it shows them together', async () => {
        const { oracle } = history;
        const each = oracle.valuesOf('cluster', 'paused').slice(0, MOST_CLUSTERS);
        const together = await totals(history, 'mesh-rebalance-oncall', each, plan);
        const sums: Record<string, number> = {};
        for (const cluster of each) {
          const one = await totals(history, 'mesh-rebalance-oncall', [cluster], plan);
          for (const key of ADDITIVE) sums[key] = (sums[key] ?? 0) + (one[key] ?? 0);
        }
        for (const key of ADDITIVE) expect(together[key] ?? 0, key).to.be.closeTo(sums[key] ?? 0, 1e-6);
      });

      it('finds the choices of every variable', async () => {
        for (const uid of DASHBOARDS) {
          const dashboard = readDashboard(uid);
          const choice = { ...choiceOf(history, panelQueries(dashboard)[0] as PanelQuery, [], plan) };
          for (const { variable, selector, label } of variableQueries(dashboard)) {
            const text = interpolate(selector, dashboard.templating.list, choice);
            const found = await history.prometheus.labelValues(label, text, history.start, history.end);
            const { oracle } = history;
            const own = { plan_id: 'plan_info', trace_id: 'plan_info', node: 'node_shards' }[label] ?? 'state';
            const filter = label === 'trace_id' ? { plan_id: plan } : {};
            const all = oracle.valuesOf(label, own, filter).filter((value) => value !== '' && value !== '_OTHER');
            expect([...found].sort(), `${uid}: ${variable.name}`).to.deep.equal(all);
          }
        }
      });

      it('asks for annotations without errors and warnings', async () => {
        for (const uid of DASHBOARDS) {
          const dashboard = readDashboard(uid);
          const choice = choiceOf(history, panelQueries(dashboard)[0] as PanelQuery, [], plan);
          for (const { name: annotation, expr } of annotationQueries(dashboard)) {
            const text = interpolate(expr, dashboard.templating.list, choice);
            const { warnings } = await history.prometheus.range(text, history.start, history.end, MINUTE);
            expect(warnings, `${uid}: ${annotation}`).to.deep.equal([]);
          }
        }
      });
    });
  }
});

describe('the expectations of the dashboards', () => {
  for (const uid of DASHBOARDS) {
    it(`${uid}: there is one for each query, and none for a query that is gone`, () => {
      const queries = panelQueries(readDashboard(uid)).map(({ key }) => key);
      expect(Object.keys(EXPECTATIONS[uid]).sort()).to.deep.equal([...queries].sort());
    });
  }
});
