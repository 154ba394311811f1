import { DASHBOARDS, type Dashboard, type DashboardUid, readDashboard } from '../dashboards/dashboard-files.js';
import { ALL, type Choice, interpolate, stepFor } from '../dashboards/interpolation.js';
import { panelQueries } from '../dashboards/queries.js';
import type { Prometheus } from '../support/prometheus.js';
import { HOUR, SECOND } from '../support/time.js';
import { quick } from './settings.js';
import { median } from './statistics.js';
import { textTable } from './text-table.js';
import { verdict } from './verdict.js';

const REPETITIONS = quick ? 2 : 3;
/** Points across a panel of half a wide screen. */
const POINTS = 1_000;
/** What a browser asks at once of one host. */
const AT_ONCE = 6;
const QUERY_LIMIT = 1;
const PAGE_LIMIT = 3;

interface Timing {
  readonly key: string;
  readonly seconds: number;
  readonly series: number;
}

/** The time that a page shows by default, in milliseconds. */
function shownBy({ time }: Dashboard): number {
  const [, count, unit] = /^now-(\d+)([hd])$/.exec(time.from) ?? [];
  if (count === undefined) throw new Error(`cannot read ${time.from}`);
  return Number(count) * (unit === 'd' ? 24 : 1) * HOUR;
}

/** Asks as a panel does. */
async function ask(prometheus: Prometheus, { query, expr, choice }: Prepared) {
  const { result, seconds } = query.instant
    ? await prometheus.instant(expr, choice.to)
    : await prometheus.range(expr, choice.from, choice.to, choice.step);
  return { seconds, series: result.length };
}

function prepare(dashboard: Dashboard, values: Choice['values'], scrape: number, to: number) {
  const from = to - shownBy(dashboard);
  return panelQueries(dashboard).map((query) => {
    const choice: Choice = {
      from,
      to,
      step: stepFor(from, to, query.maxDataPoints ?? POINTS, scrape),
      scrape,
      values,
    };
    return { query, choice, expr: interpolate(query.expr, dashboard.templating.list, choice) };
  });
}

type Prepared = ReturnType<typeof prepare>[number];

/** Each query by itself. */
async function alone(prometheus: Prometheus, queries: readonly Prepared[]): Promise<Timing[]> {
  const timings: Timing[] = [];
  for (const one of queries) {
    const answers: { seconds: number; series: number }[] = [];
    for (let round = 0; round < REPETITIONS; round += 1) answers.push(await ask(prometheus, one));
    timings.push({
      key: one.query.key,
      seconds: median(answers.map(({ seconds }) => seconds)),
      series: answers[0]?.series ?? 0,
    });
  }
  return timings;
}

/**
 * All queries of a page, so many at a time as a browser asks. Seconds that Prometheus has spent on the connection that it
 * spent most on; what the client does with the answers is not in it.
 */
async function together(prometheus: Prometheus, queries: readonly Prepared[]): Promise<number> {
  const waiting = [...queries];
  const connection = async () => {
    let spent = 0;
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      spent += (await ask(prometheus, next)).seconds;
    }
    return spent;
  };
  return Math.max(...(await Promise.all(Array.from({ length: AT_ONCE }, connection))));
}

/** What is chosen of a fleet: everything, which is the most that can be asked, or one cluster or plan. */
function choices(
  uid: DashboardUid,
  plan: Readonly<Record<string, string>>,
): Readonly<Record<string, Choice['values']>> {
  const { namespace = '', cluster = '', plan_id = '' } = plan;
  const ofPlan = { namespace: [namespace], cluster: [cluster], plan_id, node: ALL };
  if (uid === 'mesh-rebalance-plan') return { 'one plan': ofPlan };
  return {
    'all clusters': { namespace: ALL, cluster: ALL, plan_id: ALL, node: ALL },
    'one cluster': { ...ofPlan, plan_id: ALL },
  };
}

/**
 * Prints what each page costs.
 *
 * @param scrape milliseconds
 * @param end the time at which it is looked at
 */
export async function measurePages(prometheus: Prometheus, scrape: number, end: number): Promise<void> {
  const { result } = await prometheus.instant('mesh_rebalance_plan_info', end);
  const plan = result[0]?.metric ?? {};
  for (const uid of DASHBOARDS) {
    for (const [chosen, values] of Object.entries(choices(uid, plan))) {
      const queries = prepare(readDashboard(uid), values, scrape, end);
      const timings = await alone(prometheus, queries);
      const sum = timings.reduce((seconds, timing) => seconds + timing.seconds, 0);
      const pages: number[] = [];
      for (let round = 0; round < REPETITIONS; round += 1) pages.push(await together(prometheus, queries));
      const page = median(pages);
      console.log(`\n${uid}, ${chosen}: ${queries.length} queries`);
      const slowest = timings.toSorted((a, b) => b.seconds - a.seconds);
      console.log(
        textTable(
          ['query', 'ms', 'series'],
          slowest.map(({ key, seconds, series }) => [key, (seconds * SECOND).toFixed(0), String(series)]),
        ),
      );
      const worst = slowest[0]?.seconds ?? 0;
      console.log(`one after the other ${sum.toFixed(2)} s, ${AT_ONCE} at a time ${page.toFixed(2)} s`);
      console.log(verdict(`each query in at most ${QUERY_LIMIT} s`, `${worst.toFixed(2)} s`, worst <= QUERY_LIMIT));
      if (uid === 'mesh-rebalance-oncall') {
        console.log(verdict(`the page in at most ${PAGE_LIMIT} s`, `${page.toFixed(2)} s`, page <= PAGE_LIMIT));
      }
    }
  }
}
