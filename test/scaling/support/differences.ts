import type { Matrix } from '../../support/prometheus.js';

/** Why a query may answer otherwise in VictoriaMetrics than in Prometheus, and what must hold all the same. */
export type Reason =
  /** `increase()` is not extrapolated, and counts what a series is born with: no series is missing, values differ. */
  | 'increase'
  /** `topk()` takes others of several that are equal: no more series, no fewer values, and at one moment the same ones. */
  | 'ties'
  /** What is shown of those that a `topk()` chose among equals: others are there, and who is in both has the same values. */
  | 'chosen among equals'
  /** How those stand, in ranks of which each takes so many: others are in a rank, and something is there. */
  | 'ranked among equals'
  /** `=~".+|"` does not match what lacks the label, a mistake of the release that is tested: some series are missing. */
  | 'empty alternative';

/** Queries that differ: rules by the name of what they record or of the alert, panels by dashboard and panel. */
export const DIFFERENCES: Readonly<Record<string, Reason>> = {
  'namespace_cluster:mesh_rebalance_plan_duration_goal_total:increase1h': 'increase',
  'namespace_cluster:mesh_rebalance_plan_duration_goal_met:increase1h': 'increase',
  'mesh-rebalance-overview: Time to rebalance / A': 'increase',
  'mesh-rebalance-overview: Time to rebalance / B': 'increase',
  'mesh-rebalance-overview: Trend / A': 'increase',
  'mesh-rebalance-oncall: Moves that ended / A': 'increase',
  'mesh-rebalance-oncall: Shards per node / A': 'ties',
  'mesh-rebalance-oncall: Shards per node / B': 'ties',
  'mesh-rebalance-oncall: Nodes at work / A': 'ranked among equals',
  'mesh-rebalance-oncall: Nodes at work / D': 'chosen among equals',
  'mesh-rebalance-oncall: Nodes at work / E': 'chosen among equals',
  'mesh-rebalance-oncall: Nodes at work / F': 'chosen among equals',
  'mesh-rebalance-oncall: Firing alerts / A': 'empty alternative',
  'mesh-rebalance-oncall: Firing alerts / B': 'empty alternative',
};

/** What differs besides in a history of a few seconds, with more clusters than a panel shows that all do the same. */
export const OF_YOUNG_FLEETS: Readonly<Record<string, Reason>> = {
  // It is VictoriaMetrics that has the right number.
  'mesh-rebalance-overview: Plans finished / A': 'increase',
  'mesh-rebalance-oncall: Concurrency against its limit / A': 'ties',
};

/** Two answers to one query, point by point. */
export interface Comparison {
  readonly points: number;
  /** By how many series more. */
  readonly more: number;
  readonly missing: number;
  readonly surplus: number;
  readonly other: number;
  /** Whether the values of a single moment are the same, whichever series have them. */
  readonly sameValues: boolean;
  /** The first difference, for whom the others are too many. */
  readonly example: string | undefined;
}

const EXACT = 1e-9;

/** What VictoriaMetrics answers, compared with what Prometheus does. */
export function compare(right: readonly Matrix[], found: readonly Matrix[]): Comparison {
  const wanted = pointsOf(right);
  const seen = pointsOf(found);
  let [missing, surplus, other] = [0, 0, 0];
  let example: string | undefined;
  for (const [key, value] of wanted) {
    const actual = seen.get(key);
    if (actual === undefined) missing += 1;
    else if (isOther(value, actual)) other += 1;
    else continue;
    example ??= `${key} is ${actual}, not ${value}`;
  }
  for (const [key, value] of seen) {
    if (wanted.has(key)) continue;
    surplus += 1;
    example ??= `${key} is ${value}, not there`;
  }
  const more = found.length - right.length;
  const moments = new Set(right.flatMap(({ values }) => values.map(([seconds]) => seconds)));
  const same = moments.size !== 1 || sameValues(right, found);
  return { points: wanted.size, more, missing, surplus, other, sameValues: same, example };
}

type Kind = 'missing' | 'surplus' | 'other';

/** How the points of two answers may differ for a reason. */
const ALLOWED: Readonly<Record<Reason, readonly Kind[]>> = {
  increase: ['surplus', 'other'],
  ties: ['missing', 'surplus'],
  'chosen among equals': ['missing', 'surplus'],
  'ranked among equals': ['missing', 'surplus', 'other'],
  'empty alternative': ['missing'],
};

/** What is wrong with a comparison, in words; a reason allows what it explains, and no more. */
export function verdict(comparison: Comparison, reason: Reason | undefined): string[] {
  const { points, more, missing, surplus, other, sameValues: same, example } = comparison;
  const allowed = reason === undefined ? [] : ALLOWED[reason];
  const isChosen = reason === 'chosen among equals' || reason === 'ranked among equals';
  const wrong = [
    ...(missing > 0 && !allowed.includes('missing') ? [`${missing} missing`] : []),
    ...(surplus > 0 && !allowed.includes('surplus') ? [`${surplus} too many`] : []),
    ...(other > 0 && !allowed.includes('other') ? [`${other} with another value`] : []),
    ...(reason === 'ties' && more > 0 ? [`${more} series more`] : []),
    ...(reason === 'ties' && missing > surplus ? [`${missing - surplus} values fewer`] : []),
    ...(reason === 'ties' && !same ? ['other values'] : []),
    ...(isChosen && points > 0 && missing === points && surplus === 0 ? ['nothing is there'] : []),
    ...(reason === 'empty alternative' && missing > 0 && missing === points ? ['nothing is there'] : []),
  ];
  return wrong.length === 0 ? [] : [`${wrong.join(', ')}: ${example}`];
}

export function differs({ missing, surplus, other }: Comparison): boolean {
  return missing + surplus + other > 0;
}

function isOther(value: number, actual: number): boolean {
  if (Number.isNaN(value) || Number.isNaN(actual)) return Number.isNaN(value) !== Number.isNaN(actual);
  return Math.abs(value - actual) > EXACT * Math.max(1, Math.abs(value));
}

/** Values by series and time. MetricsQL keeps the name of a metric through some functions, which nothing here reads. */
function pointsOf(matrix: readonly Matrix[]): Map<string, number> {
  const points = new Map<string, number>();
  for (const { metric, values } of matrix) {
    const labels = Object.entries(metric).filter(([name]) => name !== '__name__');
    const key = JSON.stringify(labels.sort(([a], [b]) => (a < b ? -1 : 1)));
    for (const [seconds, value] of values) points.set(`${key} at ${seconds}`, Number(value));
  }
  return points;
}

function sameValues(right: readonly Matrix[], found: readonly Matrix[]): boolean {
  const [wanted = [], seen = []] = [right, found].map((matrix) =>
    matrix.flatMap(({ values }) => values.map(([, value]) => Number(value))).sort((a, b) => a - b),
  );
  return wanted.length === seen.length && wanted.every((value, index) => !isOther(value, seen[index] as number));
}
