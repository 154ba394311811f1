/* Shapes that queries of several panels have. */
import { METRICS, type RebalanceState } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import {
  count,
  type Expression,
  increase,
  type Labels,
  max,
  number,
  on,
  onManyToOne,
  round,
  type Series,
  series,
  sum,
  TOGETHER,
  topk,
  vector,
  withLabel,
} from '../../rules/promql/index.js';
import { CLUSTER, NO_PLAN, PLAN, planState } from '../../rules/selectors.js';
import { PAUSED_CODE, stateCode } from '../palette.js';
import { CONTROLLERS } from './clusters.js';

const NOTHING = number(0).times(count(TOGETHER, CONTROLLERS));

/** Gives 0 instead of nothing, as long as any controller reports. */
export function orZero(expression: Expression): Expression {
  return expression.or(NOTHING);
}

/** Number of the series, and 0 instead of nothing as long as any controller reports. */
export function countOf(expression: Expression): Expression {
  return orZero(count(TOGETHER, expression));
}

/** Of all that have these labels the first of the queries that says anything of it. */
export function firstOf(by: Labels, ...[first, ...others]: readonly [Expression, ...Expression[]]): Expression {
  return others.reduce((either, other) => either.or(on(by), other), first);
}

/** A number in place of the values. */
export function code(number: number, of: Expression): Expression {
  return of.times(0).plus(number);
}

/** Number of the first case that holds; without any, that of the last case, 0, as long as a controller reports. */
export function firstThatHolds(cases: readonly (readonly [code: number, condition: Expression])[]): Expression {
  const numbers = cases.map(([code, condition]) => number(0).times(count(TOGETHER, condition)).plus(code));
  return [...numbers, NOTHING].reduce((either, other) => either.or(other));
}

/**
 * Events within a time, over all processes that counted them. Each is rounded by itself: Prometheus extrapolates by a
 * share of what each counted, so that only small numbers come out whole.
 */
export function increaseBy(by: Labels, of: Series, window: string): Expression {
  return sum(by, round(increase(of.range(window))));
}

/**
 * Keeps the series that rank highest at the end of the shown time: a page about many clusters must stay readable. It is
 * cheap before anything is reckoned with all of them, at each point of the shown time.
 */
export function ofTop(most: number, by: Labels, rank: Expression, expression: Expression): Expression {
  return expression.and(on(by), topk(TOGETHER, most, rank));
}

/** States from the most serious, which is shown where two replicas disagree. */
const BY_GRAVITY: readonly RebalanceState[] = [
  'failed',
  'rebalancing',
  'draining',
  'rebalancePending',
  'investigating',
  'completed',
  'steady',
];

/** Greater than the number of any state. */
const RANK = 10;
/** The number of each state, and its gravity in front of it. */
const RANKED = BY_GRAVITY.map((state, index) =>
  withLabel(vector(RANK * (BY_GRAVITY.length - index) + stateCode(state)), 'state', state),
).reduce((worse, better) => worse.or(better));

/** The state of each plan or each controller as a number, the worst first where two replicas disagree. */
export function stateNumber(of: 'plans' | 'controllers'): Expression {
  const states = of === 'plans' ? planState() : series(METRICS.state, NO_PLAN);
  const ranked = states.equals(1).times(onManyToOne(['state']), RANKED.inParentheses());
  return max(of === 'plans' ? PLAN : CLUSTER, ranked).modulo(RANK);
}

/** The number of a pause, while a controller is paused. */
export const PAUSED_NUMBER = code(PAUSED_CODE, max(CLUSTER, series(METRICS.paused)).equals(1));
