import { PLAN_CODES } from '../../dashboards/palette.js';
import type { Summary } from '../../examples/lab/tally.js';
import { inSeconds } from '../../rules/duration.js';
import { DEFAULTS } from '../../rules/settings.js';
import { by, type Filter, largest, type Oracle, type Row, smallest, total } from './oracle.js';

const { values } = DEFAULTS;
/** A threshold of the rules in milliseconds. */
const millis = (name: 'rememberedFor' | 'failuresWindow' | 'clockSkew') => 1_000 * inSeconds(values[name]);

export const CLUSTER = ['namespace', 'cluster'] as const;
export const PLAN = [...CLUSTER, 'plan_id'] as const;
export const NODE = [...CLUSTER, 'node'] as const;
export const DRAIN = [...PLAN, 'node'] as const;
export const ACTIVE = ['draining', 'rebalancing'] as const;
export const LIVE = ['investigating', 'rebalancePending', ...ACTIVE] as const;

/** What a panel is asked for. Times are milliseconds since the Unix epoch, durations milliseconds. */
export interface Question {
  readonly oracle: Oracle;
  readonly summary: Summary;
  /** Of the chosen clusters; empty for all. */
  readonly clusters: readonly string[];
  /** The chosen plan. */
  readonly plan: string;
  /** Beginning and end of the shown time. */
  readonly from: number;
  readonly to: number;
  /** The point that is looked at, in the shown time. */
  readonly at: number;
  readonly step: number;
  readonly scrape: number;
}

/** The facts of a history at a point, for the chosen clusters: what panels should show, without PromQL. */
export class View {
  readonly question: Question;

  constructor(question: Question) {
    this.question = question;
  }

  /** Seconds since the Unix epoch. */
  get seconds(): number {
    return this.question.at / 1000;
  }

  /** Length of the shown time. */
  get range(): number {
    return this.question.to - this.question.from;
  }

  get rateInterval(): number {
    const { step, scrape } = this.question;
    return Math.max(step + scrape, 4 * scrape);
  }

  /** Gauges, whichever replica tells them. */
  gauge(labels: readonly string[], name: string, filter: Filter = {}, window?: number): Row[] {
    return by(this.#oracle.at(this.question.at, name, this.#chosen(filter), window), labels, largest);
  }

  /** The same a while earlier. */
  before(ago: number, labels: readonly string[], name: string, filter: Filter = {}): Row[] {
    return by(this.#oracle.at(this.question.at - ago, name, this.#chosen(filter)), labels, largest);
  }

  /** What was counted in the time before. */
  counted(labels: readonly string[], name: string, window: number, filter: Filter = {}): Row[] {
    return by(this.#oracle.grown(this.question.at, window, name, this.#chosen(filter)), labels, total);
  }

  /** Of plans with a name. */
  ofPlans(name: string, filter: Filter = {}, labels: readonly string[] = PLAN): Row[] {
    return named(this.gauge(labels, name, filter));
  }

  /** Plans in one of these states. */
  plansIn(states: readonly string[], labels: readonly string[] = PLAN): Row[] {
    return this.ofPlans('state', { state: states }, labels).filter(({ value }) => value === 1);
  }

  /** Plans that something holds back, with what it is. */
  heldPlans(): Row[] {
    return this.ofPlans('plan_held', {}, [...PLAN, 'reason']);
  }

  /** Ids of plans that stand still, as the controllers themselves tell, and that nothing holds back on purpose. */
  stuckPlans(): string[] {
    const { clusters, summary } = this.question;
    const held = new Set(this.heldPlans().map(({ labels }) => labels['plan_id']));
    return summary.stuck
      .filter((id) => !held.has(id))
      .filter((id) => clusters.length === 0 || clusters.some((cluster) => id.includes(`-${cluster}-`)));
  }

  /** Clusters that report. */
  controllers(): Row[] {
    return this.gauge(CLUSTER, 'state', { plan_id: '', state: 'steady' });
  }

  /** Seconds since the last heartbeat, of silent controllers too. */
  heartbeatAges(): Row[] {
    return this.gauge(CLUSTER, 'controller_heartbeat_timestamp_seconds', {}, millis('rememberedFor')).map((row) =>
      this.#age(row, millis('clockSkew')),
    );
  }

  silent(): Row[] {
    return this.heartbeatAges().filter(({ value }) => value > inSeconds(values.heartbeatTimeout));
  }

  /** Moves in flight of each cluster. */
  moving(): Row[] {
    return by(this.gauge(PLAN, 'shards_moving'), CLUSTER, total);
  }

  limits(): Row[] {
    return this.gauge(CLUSTER, 'shards_moving_limit');
  }

  overLimit(times = 1): Row[] {
    const limits = this.limits();
    return this.moving().filter(
      (row) => row.value > times * (match(limits, row, CLUSTER)?.value ?? Number.POSITIVE_INFINITY),
    );
  }

  /** Clusters in which too many plans failed lately. */
  keepFailing(least = Number(values.failuresWarning)): Row[] {
    return this.counted(CLUSTER, 'plans_finished_total', millis('failuresWindow'), { outcome: 'failed' }).filter(
      ({ value }) => value >= least,
    );
  }

  /** Clusters that need somebody, apart from silent ones. */
  inTrouble(): Set<string> {
    const stuck = this.stuckPlans().map((id) => id.replace(/-\d+$/, ''));
    const others = [...this.overLimit(), ...this.keepFailing()].map(
      ({ labels }) => `${labels['namespace']}-${labels['cluster']}`,
    );
    return new Set([...stuck, ...others]);
  }

  /** Seconds that the oldest request of each cluster has waited. */
  oldestWaits(): Row[] {
    const { at } = this.question;
    const rows = this.#oracle.at(at, 'approval_oldest_pending_timestamp_seconds', this.#chosen({})).filter(isPositive);
    return by(rows, CLUSTER, smallest).map((row) => this.#age(row));
  }

  /** Seconds since a time that a metric holds, for each plan. */
  planAges(name: string, plans: readonly Row[]): Row[] {
    return among(this.ofPlans(name), plans, PLAN).map((row) => this.#age(row));
  }

  /** Seconds left, as the controllers' processes estimate them. */
  timesLeft(): Row[] {
    return this.ofPlans('plan_estimated_end_timestamp_seconds').map((row) => ({
      ...row,
      value: -this.#age(row).value,
    }));
  }

  /** How each plan stands, and why: several rows where several things hold it, or its errors are equally frequent. */
  standings(): Row[] {
    const stuckIds = this.stuckPlans();
    const stuck = this.plansIn(ACTIVE).filter(({ labels }) => stuckIds.includes(labels['plan_id'] ?? ''));
    const failed = this.plansIn(['failed']);
    const held = this.heldPlans();
    const onPurpose = held.filter(({ labels }) => !['approval', 'maxConcurrentMoves'].includes(labels['reason'] ?? ''));
    const stages: readonly (readonly [name: keyof typeof PLAN_CODES, plans: readonly Row[], verb: string])[] = [
      ['stuck', this.#withErrors(stuck, 'stuckAfter', 'moves fail: '), 'show'],
      [
        'stuck',
        because(among(stuck, this.ofPlans('plan_oldest_move_timestamp_seconds'), PLAN), 'a move hangs'),
        'show',
      ],
      ['stuck', because(stuck, 'no move begins'), 'show'],
      ['failed', this.#withErrors(failed, 'rememberedFor', ''), 'show'],
      ['failed', failed, 'show'],
      ['held', onPurpose, 'show'],
      ['waits', because(this.plansIn(['rebalancePending']), 'approval'), 'approve'],
      ['investigating', this.plansIn(['investigating']), 'show'],
      ['queued', held.filter(({ labels }) => labels['reason'] === 'maxConcurrentMoves'), 'show'],
      ['moving', this.plansIn(ACTIVE), 'watch'],
    ];
    const seen: Row[] = [];
    for (const [name, plans, verb] of stages) {
      seen.push(
        ...apart(plans, seen, PLAN).map(({ labels }) => ({
          value: PLAN_CODES[name],
          labels: { ...labels, run: `mesh shards rebalance ${verb} -- '${labels['plan_id']}'` },
        })),
      );
    }
    return seen;
  }

  /** Plans with the errors that were most frequent within a time. */
  #withErrors(plans: readonly Row[], window: 'stuckAfter' | 'rememberedFor', words: string): Row[] {
    const { at } = this.question;
    const errors = [...PLAN, 'error_type'];
    const grown = this.#oracle.grown(at, 1_000 * inSeconds(values[window]), 'plan_failures_total', this.#chosen({}));
    const counts = among(by(grown.filter(isPositive), errors, largest), plans, PLAN);
    const most = by(counts, PLAN, largest);
    return counts
      .filter((row) => row.value === match(most, row, PLAN)?.value)
      .map(({ labels: { error_type, ...labels }, value }) => ({
        labels: { ...labels, reason: words + error_type },
        value,
      }));
  }

  /** Seconds for which each plan has stood so. */
  standingSince(): Row[] {
    const stuckIds = this.stuckPlans();
    const moments = [
      this.ofPlans('plan_progress_timestamp_seconds').filter(({ labels }) =>
        stuckIds.includes(labels['plan_id'] ?? ''),
      ),
      this.ofPlans('plan_held_since_timestamp_seconds'),
      among(this.ofPlans('plan_state_since_timestamp_seconds'), this.plansIn([...LIVE, 'failed']), PLAN),
    ];
    const seen: Row[] = [];
    for (const plans of moments) seen.push(...apart(plans, seen, PLAN));
    return seen.map((row) => this.#age(row));
  }

  /** Plans that something else than their approval and the want of a slot holds for too long. */
  heldForLong(): Row[] {
    const since = this.ofPlans('plan_held_since_timestamp_seconds').map((row) => this.#age(row));
    return since.filter(
      (row) =>
        row.value > inSeconds(values.heldTooLong) &&
        this.heldPlans().some(
          ({ labels }) => labels['plan_id'] === row.labels['plan_id'] && labels['reason'] !== 'approval',
        ),
    );
  }

  /** The same rows with where they are, if several clusters are seen in the shown time. */
  withWhere(rows: readonly Row[]): Row[] {
    const { to } = this.question;
    const filter = this.#chosen({ plan_id: '', state: 'steady' });
    const seen = by(this.#oracle.at(to, 'state', filter, this.range), CLUSTER, largest);
    return among(rows, seen, CLUSTER).map(({ labels, value }) => {
      const where = seen.length > 1 ? { where: `${labels['namespace']}/${labels['cluster']} ` } : {};
      return { value, labels: { ...labels, ...where } };
    });
  }

  /** The same with the name of a node after that. */
  withName(rows: readonly Row[]): Row[] {
    return this.withWhere(rows).map(({ labels, value }) => {
      return { value, labels: { ...labels, name: `${labels['where'] ?? ''}${labels['node']}` } };
    });
  }

  /** Nodes that drained in the shown time. */
  drainedNodes(): Row[] {
    const { to } = this.question;
    return by(named(this.#oracle.at(to, 'drain_shards_remaining', this.#chosen({}), this.range)), NODE, largest);
  }

  /** Seconds since each drain that goes on made progress, the longest of each node. */
  drainAges(): Row[] {
    const ages = this.ofPlans('drain_progress_timestamp_seconds', {}, DRAIN).map((row) => this.#age(row));
    return among(by(ages, NODE, largest), this.drainingNodes(), NODE);
  }

  /** Nodes of which moves are in flight and that give up nothing. */
  stalledNodes(): Row[] {
    const ages = this.ofPlans('drain_progress_timestamp_seconds', {}, DRAIN)
      .map((row) => this.#age(row))
      .filter(({ value }) => value > inSeconds(values.drainStalledAfter));
    const waiting = this.ofPlans('drain_shards_moving', {}, DRAIN).filter(({ value }) => value === 0);
    return apart(apart(ages, waiting, DRAIN), this.heldPlans(), PLAN);
  }

  /** Nodes that give up shards, or did until their plan failed. */
  drainingNodes(): Row[] {
    return this.drainingIn([...LIVE, 'failed']);
  }

  /** Nodes with shards left in plans in one of these states. */
  drainingIn(states: readonly string[]): Row[] {
    const left = this.ofPlans('drain_shards_remaining', {}, DRAIN).filter(isPositive);
    return among(left, this.plansIn(states), PLAN);
  }

  /** Seconds since a time, by the clock of its controller where that was seen within the window. */
  #age(row: Row, window?: number): Row {
    const clock = match(this.gauge(CLUSTER, 'clock_timestamp_seconds', {}, window), row, CLUSTER);
    return { ...row, value: (clock?.value ?? this.seconds) - row.value };
  }

  #chosen(filter: Filter): Filter {
    const { clusters } = this.question;
    return clusters.length === 0 ? filter : { cluster: clusters, ...filter };
  }

  get #oracle(): Oracle {
    return this.question.oracle;
  }
}

export function isPositive({ value }: Row): boolean {
  return value > 0;
}

export function named(rows: readonly Row[]): Row[] {
  return rows.filter(({ labels }) => (labels['plan_id'] ?? '_OTHER') !== '_OTHER');
}

/** The row that shares these labels. */
export function match(rows: readonly Row[], row: Row, labels: readonly string[]): Row | undefined {
  return rows.find((other) => labels.every((label) => other.labels[label] === row.labels[label]));
}

/** Rows that share these labels with one of the others. */
export function among(rows: readonly Row[], others: readonly Row[], labels: readonly string[]): Row[] {
  return rows.filter((row) => match(others, row, labels) !== undefined);
}

function because(rows: readonly Row[], reason: string): Row[] {
  return rows.map(({ labels, value }) => ({ labels: { ...labels, reason }, value }));
}

/** Rows that share these labels with none of the others. */
export function apart(rows: readonly Row[], others: readonly Row[], labels: readonly string[]): Row[] {
  return rows.filter((row) => match(others, row, labels) === undefined);
}

/** The same value without labels. */
export function single(value: number): Row[] {
  return [{ labels: {}, value }];
}

/** One value of all rows, none where there is none. */
export function sumOf(rows: readonly Row[]): Row[] {
  return by(rows, [], total);
}
