import type { RebalanceState } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { CLUSTER_CODES, NODE_CODES, PAUSED_CODE, SILENT_CODE, stateCode } from '../../dashboards/palette.js';
import { inSeconds } from '../../rules/duration.js';
import { DEFAULTS } from '../../rules/settings.js';
import { DAY, HOUR, MINUTE } from '../support/time.js';
import { DASHBOARDS, type DashboardUid } from './dashboard-files.js';
import { by, largest, type Row, total } from './oracle.js';
import {
  ACTIVE,
  among,
  apart,
  CLUSTER,
  DRAIN,
  isPositive,
  LIVE,
  match,
  NODE,
  named,
  PLAN,
  single,
  sumOf,
  type View,
} from './view.js';

const { values } = DEFAULTS;
/** The share of plans that may miss the goal. */
const BUDGET = 1 - Number(values.durationObjective);

/** What a query must answer. */
export interface Expectation {
  readonly rows: Row[];
  /** Rows that may be there besides. */
  readonly may?: Row[];
  /** How far off a value may be, as a share of it and absolutely: Prometheus extrapolates what it has seen of a counter. */
  readonly relative?: number;
  readonly absolute?: number;
  /** A panel shows so many series at most: then any of the rows, but only those, and this many. */
  readonly most?: number;
}

type Expect = (view: View) => Expectation;

/** Exactly these rows. */
function rows(make: (view: View) => Row[]): Expect {
  return (view) => ({ rows: make(view) });
}

/** Exactly one number. */
function number(make: (view: View) => number): Expect {
  return (view) => ({ rows: single(make(view)) });
}

/** At most so many of these rows. */
function top(most: number, make: (view: View) => Row[]): Expect {
  return (view) => ({ rows: make(view), most });
}

/** What a counter grew by: whole for `round`, else extrapolated to the edges of its window. */
function counted(make: (view: View) => Row[], window: (view: View) => number): Expect {
  return (view) => ({ rows: make(view), relative: 0.05 + (1.2 * view.question.scrape) / window(view), absolute: 1e-9 });
}

const finished = (view: View, outcome: string, window: number) =>
  sumOf(view.counted([], 'plans_finished_total', window, { outcome }));
const failedPlans = (view: View) => view.counted(['error_type'], 'failures_total', view.range, { phase: 'total' });
const failedIn = (phase: string) =>
  rows((view) => view.counted(['error_type'], 'failures_total', view.range, { phase }).filter(isPositive));
const running = (states: readonly string[]) =>
  rows((view) => sumOf(view.gauge([...CLUSTER, 'state'], 'plans', { state: states })));
const ofShown = (make: (view: View) => Row[]) =>
  rows((view) => among(make(view), view.plansIn([...LIVE, 'failed']), PLAN));
const waitingPlans = (view: View) => view.plansIn(['rebalancePending']);
const INFO = [...PLAN, 'trigger', 'approval_mode', 'trace_id'];
const infos = (view: View) => named(view.gauge(INFO, 'plan_info'));

function mapped(input: readonly Row[], change: (value: number, row: Row) => number): Row[] {
  return input.map((row) => ({ labels: row.labels, value: change(row.value, row) }));
}

/** Share of the plans that completed or failed which completed; every plan of these histories is shorter than the goal. */
function goal(view: View): number | undefined {
  const completed = finished(view, 'completed', view.range)[0]?.value ?? 0;
  const failed = finished(view, 'failed', view.range)[0]?.value ?? 0;
  if (view.range > 2_000 * inSeconds(values.durationGoal)) throw new Error('plans may have missed the goal');
  return completed + failed < 1 ? undefined : completed / (completed + failed);
}

function goalIs(make: (share: number) => number, slack: number): Expect {
  return (view) => {
    const share = goal(view);
    if (share === undefined) return { rows: [] };
    // An hour's increase is recorded every five minutes, so plans near the edges count for less.
    const certain = share === 0 || share === 1;
    return { rows: single(make(share)), absolute: certain ? 1e-9 : slack };
  };
}

/** Number of the first case that holds. */
function verdict(cases: readonly (readonly [number, (view: View) => boolean])[]): Expect {
  return number((view) => cases.find(([, holds]) => holds(view))?.[0] ?? 0);
}

const WORST_FIRST: readonly RebalanceState[] = [
  'failed',
  'rebalancing',
  'draining',
  'rebalancePending',
  'investigating',
  'completed',
  'steady',
];

/** One number for each cluster or plan, the worst state first where two are seen. */
function stateNumbers(labels: readonly string[], states: readonly Row[]): Row[] {
  const present = states.filter(({ value }) => value === 1);
  return by(present, labels, () => 0).map(({ labels: of }) => {
    const state = WORST_FIRST.find((candidate) =>
      match(present, { labels: { ...of, state: candidate }, value: 1 }, [...labels, 'state']),
    );
    return { labels: of, value: state === undefined ? Number.NaN : stateCode(state) };
  });
}

const silent = (view: View) => view.silent().length > 0;
const overdue = (view: View) => view.oldestWaits().some(({ value }) => value > inSeconds(values.approvalOverdue));
const pending = (view: View) => view.gauge(CLUSTER, 'approvals_pending');
const isStuck = (view: View) => view.stuckPlans().length > 0;

const isOver = (times: number) => (view: View) => view.overLimit(times).length > 0;
const farTooMany = isOver(Number(values.movesExcess));
const tooMany = isOver(1);
const failsOften = (view: View) => view.keepFailing(Number(values.failuresCritical)).length > 0;
const failsAgain = (view: View) => view.keepFailing().length > 0;
const isPaged = (view: View) => firingOf(view).some(({ labels }) => labels['severity'] === 'critical');
const isHeld = (view: View) => view.heldForLong().length > 0;
const either =
  (...troubles: readonly ((view: View) => boolean)[]) =>
  (view: View) =>
    troubles.some((holds) => holds(view));

/** Of several reasons of a plan, one is shown. */
const standings: Expect = (view) => {
  const shown = view.withWhere(view.standings());
  return { rows: shown, most: by(shown, PLAN, total).length };
};

/** Rows of nodes, those that drain and any of the others. */
function nodes(make: (view: View) => Row[]): Expect {
  return (view) => ({ rows: among(make(view), view.drainingNodes(), NODE), may: make(view) });
}

/** What each node does, the greatest number first. */
function nodeStandings(view: View): Row[] {
  const moving = view.ofPlans('drain_shards_moving', {}, DRAIN).filter(isPositive);
  const draining = view.drainingNodes();
  const stages: readonly (readonly [code: number, nodes: readonly Row[]])[] = [
    [NODE_CODES.stalled, among(view.stalledNodes(), draining, NODE)],
    [NODE_CODES.failed, apart(view.drainingIn(['failed']), view.drainingIn(LIVE), NODE)],
    [NODE_CODES.drains, among(draining, moving, NODE)],
    [NODE_CODES.waits, draining],
    [NODE_CODES.takesOver, nodeMoves('in')(view).filter(isPositive)],
    [NODE_CODES.serves, view.gauge(NODE, 'node_shards')],
  ];
  return firstStage(stages, NODE);
}

function firstStage(
  stages: readonly (readonly [code: number, rows: readonly Row[]])[],
  labels: readonly string[],
): Row[] {
  const seen: Row[] = [];
  for (const [code, found] of stages)
    seen.push(
      ...apart(
        by(found, labels, () => code),
        seen,
        labels,
      ),
    );
  return seen;
}

function nodeMoves(direction: string): (view: View) => Row[] {
  return (view) => view.counted(NODE, 'node_moves_total', HOUR, { direction });
}

const OVERVIEW: Readonly<Record<string, Expect>> = {
  'Fleet health / A': verdict([[3, silent]]),
  'Fleet health / B': verdict([
    [2, either(isStuck, farTooMany, isPaged)],
    [1, either(tooMany, isHeld)],
  ]),
  'Fleet health / C': verdict([
    [2, failsOften],
    [1, failsAgain],
  ]),
  'Clusters / A': number((view) => view.controllers().length),
  'Clusters / B': number((view) => view.inTrouble().size),
  'Clusters / C': number((view) => view.silent().length),
  'Plans finished / A': rows((view) => finished(view, 'completed', view.range)),
  'Plans finished / B': rows((view) => finished(view, 'failed', view.range)),
  'Plans finished / C': rows((view) => finished(view, 'cancelled', view.range)),
  'Duration goal / A': goalIs((share) => share, 0.1),
  'Duration goal / B': goalIs((share) => 1 - (1 - share) / BUDGET, 0.1 / BUDGET),
  'Plans running / A': running(ACTIVE),
  'Plans running / B': running(['rebalancePending']),
  'Plans running / C': running(['investigating']),
  'Clusters that need somebody / A': rows((view) =>
    firstStage(
      [
        [CLUSTER_CODES.silent, view.silent()],
        [
          CLUSTER_CODES.stuck,
          view.plansIn(ACTIVE).filter(({ labels }) => view.stuckPlans().includes(labels['plan_id'] ?? '')),
        ],
        [CLUSTER_CODES.farOverLimit, view.overLimit(Number(values.movesExcess))],
        [CLUSTER_CODES.failingBadly, view.keepFailing(Number(values.failuresCritical))],
        [CLUSTER_CODES.overLimit, view.overLimit()],
        [CLUSTER_CODES.failing, view.keepFailing()],
        [CLUSTER_CODES.waits, view.oldestWaits()],
      ],
      CLUSTER,
    ),
  ),
  'Clusters that need somebody / B': rows((view) => pending(view).filter(isPositive)),
  'Clusters that need somebody / C': rows((view) => view.oldestWaits()),
  'Time to rebalance / A': (view) => seconds(average(view, 'approval')),
  'Time to rebalance / B': (view) => {
    const all = average(view, 'total');
    return seconds(all === undefined ? undefined : Math.max(0, all - (average(view, 'approval') ?? 0)));
  },
  // Asked for its exemplars only.
  'Time to rebalance / C': rows(() => []),
  'What failed and why / A': rows((view) => failedPlans(view).filter(isPositive)),
  'Trend / A': rows((view) => view.counted(['outcome'], 'plans_finished_total', view.rateInterval)),
};

/** How long a phase took on average, over a day. */
function average(view: View, phase: string): number | undefined {
  const grown = (name: string) =>
    sumOf(view.counted([], `phase_duration_seconds_${name}`, DAY, { phase }))[0]?.value ?? 0;
  return grown('count') === 0 ? undefined : grown('sum') / grown('count');
}

function seconds(value: number | undefined): Expectation {
  // Sum and count are extrapolated alike, series that begin in between not quite.
  return { rows: value === undefined ? [] : single(value), relative: 0.03, absolute: 1e-6 };
}

const ONCALL: Readonly<Record<string, Expect>> = {
  'Is anything wrong? / A': verdict([[9, silent]]),
  'Is anything wrong? / B': verdict([
    [8, isStuck],
    [7, farTooMany],
    [5, isPaged],
    [4, tooMany],
    [2, isHeld],
    [1, overdue],
  ]),
  'Is anything wrong? / C': verdict([
    [6, failsOften],
    [3, failsAgain],
  ]),
  'Who must act? / A': verdict([[4, silent]]),
  'Who must act? / B': verdict([
    [4, either(isStuck, farTooMany, isPaged)],
    [3, either(tooMany, isHeld)],
    [2, overdue],
    [1, (view) => pending(view).some(isPositive)],
  ]),
  'Who must act? / C': verdict([
    [4, failsOften],
    [3, failsAgain],
  ]),
  'Plans now / A': number((view) => view.plansIn(ACTIVE).length),
  'Plans now / B': number((view) => view.stuckPlans().length),
  'Plans now / C': number((view) => {
    const held = view.heldPlans();
    const other = held.filter(({ labels }) => !['approval', 'maxConcurrentMoves'].includes(labels['reason'] ?? ''));
    return by(other, PLAN, total).length;
  }),
  'Plans now / D': number((view) => waitingPlans(view).length),
  'Failures and waits / A': number(
    (view) => finished(view, 'failed', 1_000 * inSeconds(values.failuresWindow))[0]?.value ?? 0,
  ),
  'Failures and waits / B': number((view) => Math.max(0, ...view.oldestWaits().map(({ value }) => value))),
  'Failures and waits / C': number((view) => view.silent().length),
  'Firing alerts / A': rows(severities),
  'Firing alerts / B': rows(beginnings),
  'Active plans / A': standings,
  'Active plans / B': rows((view) => view.standingSince()),
  'Active plans / C': ofShown((view) => {
    const shards = view.ofPlans('plan_shards').filter(isPositive);
    const remaining = among(view.ofPlans('plan_shards_remaining'), shards, PLAN);
    return mapped(remaining, (left, row) => 1 - left / (match(shards, row, PLAN)?.value ?? Number.NaN));
  }),
  'Active plans / D': ofShown((view) => view.ofPlans('plan_shards_remaining')),
  'Active plans / E': ofShown((view) => view.timesLeft()),
  'Active plans / F': ofShown(infos),
  'Active plans / G': ofShown((view) =>
    mapped(view.ofPlans('plan_created_timestamp_seconds'), (value) => 1000 * value),
  ),
  'Nodes at work / A': nodes((view) => view.withWhere(nodeStandings(view))),
  'Nodes at work / B': rows((view) => view.drainAges()),
  'Nodes at work / C': rows((view) => by(view.drainingNodes(), NODE, largest)),
  'Nodes at work / D': nodes((view) => view.gauge(NODE, 'node_shards')),
  'Nodes at work / E': nodes(nodeMoves('in')),
  'Nodes at work / F': nodes(nodeMoves('out')),
  'Shards per node / A': top(4, (view) =>
    view.withName(among(view.gauge(NODE, 'node_shards'), view.drainedNodes(), NODE)),
  ),
  'Shards per node / B': top(4, (view) =>
    view.withName(apart(view.gauge(NODE, 'node_shards'), view.drainedNodes(), NODE)),
  ),
  'Concurrency against its limit / A': (view) => {
    const limits = view.limits().filter(isPositive);
    const used = among(view.moving(), limits, CLUSTER);
    return { rows: [], may: mapped(used, (value, row) => value / (match(limits, row, CLUSTER)?.value ?? Number.NaN)) };
  },
  'Failure reasons / A': failedIn('move'),
  'Failure reasons / B': failedIn('drain'),
  'Failure reasons / C': failedIn('total'),
  'Moves that ended / A': counted(
    (view) => view.counted(['outcome'], 'moves_total', view.rateInterval),
    (view) => view.rateInterval,
  ),
  'Controller state / A': rows((view) => {
    const states = stateNumbers(CLUSTER, view.gauge([...CLUSTER, 'state'], 'state', { plan_id: '' }));
    const paused = view.gauge(CLUSTER, 'paused').filter(({ value }) => value === 1);
    const special = firstStage(
      [
        [SILENT_CODE, view.silent()],
        [PAUSED_CODE, paused],
      ],
      CLUSTER,
    );
    return [...special, ...apart(states, special, CLUSTER)];
  }),
  'Controller state / B': rows((view) => view.heartbeatAges()),
  'Controller state / C': rows((view) =>
    by(view.gauge([...CLUSTER, 'state'], 'plans', { state: ACTIVE }), CLUSTER, total),
  ),
  'Controller state / D': rows(pending),
  'Controller state / E': rows((view) => view.moving()),
  'Controller state / F': rows((view) => view.limits()),
};

/** An alert of every history, as {@link firingAlerts} writes it. */
interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  /** Seconds since the Unix epoch. */
  readonly activeSince: number;
}

/** Alerts that fire at the end. */
function firingOf({ question: { clusters } }: View): readonly Alert[] {
  return ALERTS.filter(
    ({ labels: { cluster } }) => cluster === undefined || clusters.length === 0 || clusters.includes(cluster),
  );
}

function severities(view: View): Row[] {
  return firingOf(view).map(({ labels }) => ({ labels, value: labels['severity'] === 'critical' ? 3 : 2 }));
}

function beginnings(view: View): Row[] {
  return firingOf(view).map(({ labels, activeSince }) => ({ labels, value: 1_000 * activeSince }));
}

const ITS_CLUSTER = { namespace: 'search', cluster: 'eu-2' };
const ITS_PLAN = { ...ITS_CLUSTER, plan_id: 'search-eu-2-0001' };
const ALERTS: readonly Alert[] = [
  { labels: { alertname: 'MeshRebalancePlanFailed', severity: 'warning', ...ITS_PLAN }, activeSince: 1_767_225_690 },
  { labels: { alertname: 'MeshRebalanceStuck', severity: 'critical', ...ITS_PLAN }, activeSince: 1_767_225_720 },
  {
    labels: { alertname: 'MeshRebalanceCollectorRefusing', severity: 'warning', instance: 'gateway:8888' },
    activeSince: 1_767_225_750,
  },
];

/** Series of alerts as a Prometheus writes them: of those that fire, of one that is pending, and of somebody else's. */
export function firingAlerts(start: number, end: number): string {
  const paused = { alertname: 'MeshRebalancePaused', severity: 'critical', ...ITS_CLUSTER };
  const diskFull = { alertname: 'DiskFull', severity: 'critical', ...ITS_CLUSTER };
  const known = [
    ...ALERTS.map((alert) => ({ ...alert, alertstate: 'firing' })),
    { labels: paused, activeSince: 1_767_225_780, alertstate: 'pending' },
    { labels: diskFull, activeSince: 1_767_225_810, alertstate: 'firing' },
  ];
  const times = Array.from(
    { length: Math.floor((end - start) / MINUTE) + 1 },
    (_, minute) => start / 1000 + 60 * minute,
  );
  const family = (name: string, of: (alert: (typeof known)[number]) => readonly [labels: object, value: number]) => [
    `# TYPE ${name} gauge`,
    ...known.map(of).flatMap(([labels, value]) => {
      const series = `${name}{${Object.entries(labels).map(([label, text]) => `${label}="${text}"`)}}`;
      return times.map((time) => `${series} ${value} ${time}`);
    }),
  ];
  return [
    ...family('ALERTS', ({ labels, alertstate }) => [{ ...labels, alertstate }, 1]),
    ...family('ALERTS_FOR_STATE', ({ labels, activeSince }) => [labels, activeSince]),
  ].join('\n');
}

const ofThePlan = (make: (view: View) => Row[]) =>
  rows((view) => make(view).filter(({ labels }) => labels['plan_id'] === view.question.plan));
const lastOfThePlan = (name: string, filter = {}, labels: readonly string[] = PLAN) =>
  ofThePlan((view) => view.gauge(labels, name, filter, view.range));
/** The cluster of the chosen plan. */
const ofItsCluster = (view: View, input: Row[]) => {
  const plans = view
    .gauge(PLAN, 'plan_shards', {}, view.range)
    .filter(({ labels }) => labels['plan_id'] === view.question.plan);
  return among(input, plans, CLUSTER);
};
const decided = (decision: string) =>
  ofThePlan((view) => view.counted(PLAN, 'plan_approvals_total', view.range, { decision }));

function commands(plans: readonly Row[], order: string, purpose: string, verb: string, options: string): Row[] {
  return plans.map(({ labels }) => ({
    value: 0,
    labels: { ...labels, order, purpose, run: `mesh shards rebalance ${verb}${options} -- '${labels['plan_id']}'` },
  }));
}

const THE_PLAN: Readonly<Record<string, Expect>> = {
  'Plan / A': ofThePlan((view) =>
    view.gauge([...PLAN, 'state'], 'state', {}, view.range).filter(({ value }) => value === 1),
  ),
  'Plan / B': ofThePlan((view) => view.standings()),
  'Plan / C': ofThePlan((view) => view.standingSince()),
  'Plan / D': ofThePlan((view) => {
    const shards = view.gauge(PLAN, 'plan_shards', {}, view.range).filter(isPositive);
    const left = among(view.gauge(PLAN, 'plan_shards_remaining', {}, view.range), shards, PLAN);
    return mapped(left, (value, row) => 1 - value / (match(shards, row, PLAN)?.value ?? Number.NaN));
  }),
  'Plan / E': lastOfThePlan('plan_shards'),
  'Plan / F': ofThePlan((view) => view.timesLeft()),
  'Plan / G': ofThePlan((view) => mapped(view.timesLeft(), (left) => 1000 * (view.seconds + left))),
  'Plan / H': ofThePlan((view) =>
    mapped(view.gauge(PLAN, 'plan_created_timestamp_seconds', {}, view.range), (value) => 1000 * value),
  ),
  'Plan / I': lastOfThePlan('plan_info', {}, INFO),
  'State over time / A': ofThePlan((view) => stateNumbers(PLAN, view.ofPlans('state', {}, [...PLAN, 'state']))),
  'Run / A': ofThePlan((view) => [
    ...commands(view.ofPlans('plan_shards'), '1', 'look', 'show', ''),
    ...commands(view.ofPlans('plan_shards'), '2', 'follow', 'watch', ''),
    ...commands(waitingPlans(view), '3', 'approve', 'approve', ''),
    ...commands(waitingPlans(view), '4', 'reject', 'reject', " --reason '…'"),
    ...commands(view.plansIn(LIVE), '5', 'call it off', 'cancel', " --reason '…'"),
  ]),
  'Alerts on this plan / A': ofThePlan(severities),
  'Alerts on this plan / B': ofThePlan(beginnings),
  'Progress / A': ofThePlan((view) => view.ofPlans('plan_shards_remaining')),
  'Progress / B': ofThePlan((view) => view.ofPlans('plan_shards')),
  'Drains / A': (view) => ({ ...ofThePlan((of) => of.ofPlans('drain_shards_remaining', {}, DRAIN))(view), most: 8 }),
  'Moves / A': ofThePlan((view) => view.ofPlans('shards_moving')),
  'Moves / B': rows((view) => {
    const plans = view.ofPlans('plan_shards').filter(({ labels }) => labels['plan_id'] === view.question.plan);
    return among(view.limits(), plans, CLUSTER);
  }),
  'Moves / C': ofThePlan((view) => {
    const before = view.before(view.question.step, PLAN, 'plan_shards_remaining');
    const now = among(view.ofPlans('plan_shards_remaining'), before, PLAN);
    return mapped(now, (value, row) => Math.max(0, (match(before, row, PLAN)?.value ?? 0) - value));
  }),
  'Time so far / A': lastOfThePlan('duration_seconds', { phase: 'approval' }),
  'Time so far / B': lastOfThePlan('duration_seconds', { phase: 'work' }),
  'Time so far / C': lastOfThePlan('duration_seconds', { phase: 'held' }),
  'Approval / A': decided('approved'),
  'Approval / B': decided('rejected'),
  'Approval / C': decided('expired'),
  'Its controller / A': rows((view) => ofItsCluster(view, view.heartbeatAges())),
  'Balance / A': rows((view) => ofItsCluster(view, view.gauge(NODE, 'node_shards'))),
  'Balance / B': (view) => ({ rows: nodesAtTheStart(view) }),
  'Balance / C': rows((view) => {
    const left = view.ofPlans('plan_shards_remaining').filter(({ labels }) => labels['plan_id'] === view.question.plan);
    const drains = view
      .ofPlans('drain_shards_remaining', {}, DRAIN)
      .filter(({ labels }) => labels['plan_id'] === view.question.plan);
    const nodes = ofItsCluster(view, view.gauge(NODE, 'node_shards'));
    const others = nodes.filter((row) => match(drains, row, NODE) === undefined);
    const share = total(left.map(({ value }) => value)) / others.length;
    // Once the plan has retired nobody knows what it still wanted to move.
    if (left.length === 0) return [];
    return mapped(nodes, (value, row) => {
      const drain = match(drains, row, NODE);
      return drain === undefined ? value + share : value - drain.value;
    });
  }),
};

/** Shards on the nodes of the plan's cluster when the plan had not yet moved any, by whole minutes of the shown time. */
function nodesAtTheStart(view: View): Row[] {
  const { oracle, plan, from, to, clusters } = view.question;
  for (let at = Math.floor(to / MINUTE) * MINUTE; at > from; at -= MINUTE) {
    const value = (name: string) => oracle.at(at, name, { plan_id: plan })[0];
    const left = value('plan_shards_remaining');
    if (left === undefined || left.value !== value('plan_shards')?.value) continue;
    const { cluster = '' } = left.labels;
    if (clusters.length > 0 && !clusters.includes(cluster)) return [];
    return by(oracle.at(at, 'node_shards', { cluster }), NODE, largest);
  }
  return [];
}

/** What every query of every panel must answer. */
export const EXPECTATIONS: Readonly<Record<DashboardUid, Readonly<Record<string, Expect>>>> = {
  [DASHBOARDS[0]]: OVERVIEW,
  [DASHBOARDS[1]]: ONCALL,
  [DASHBOARDS[2]]: THE_PLAN,
};
