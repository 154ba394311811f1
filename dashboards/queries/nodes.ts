/* Queries on the chosen nodes. */
import { METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { anyOf, type Expression, group, is, max, on, series, TOGETHER, topk } from '../../rules/promql/index.js';
import { ageOf, DRAIN, lastValue, NAMED_PLAN, NODE, PLAN } from '../../rules/selectors.js';
import type { ThresholdValues } from '../../rules/thresholds.js';
import { chosen } from '../chosen.js';
import { NODE_CODES } from '../palette.js';
import { alertCondition } from './alerts.js';
import { FAILED_PLANS, LIVE_PLANS, ofShownPlans } from './plans.js';
import { code, firstOf, increaseBy } from './shapes.js';

const CHOSEN_NODES = chosen('node');
/** Time over which moves of a node are counted: long enough to see a plan at work, and cheap for a fleet. */
export const LATELY = '1h';
/** How many nodes of each kind are of interest at most. */
const MOST_MOVERS = 20;
const MOST_FULL = 8;

export const NODE_SHARDS_SERIES = series(METRICS.nodeShards, CHOSEN_NODES);
/** Shards on each node. */
export const NODE_SHARDS = max(NODE, NODE_SHARDS_SERIES);
export const DRAIN_REMAINING_SERIES = series(METRICS.drainShardsRemaining, NAMED_PLAN, CHOSEN_NODES);
/** Shards that each draining node has yet to give up. */
export const DRAIN_REMAINING = max(DRAIN, DRAIN_REMAINING_SERIES);
/** Nodes that have yet to give up shards, with how many: those of live plans, and of such as have just failed. */
export const DRAINING_NODES = max(NODE, ofShownPlans(DRAIN_REMAINING)).above(0);
/** Those of which a plan has failed, and no other is live. */
const DRAINED_IN_VAIN = max(NODE, DRAIN_REMAINING.and(on(PLAN), FAILED_PLANS))
  .above(0)
  .unless(on(NODE), max(NODE, DRAIN_REMAINING.and(on(PLAN), LIVE_PLANS)).above(0));
const DRAIN_MOVING = max(NODE, series(METRICS.drainShardsMoving, NAMED_PLAN, CHOSEN_NODES)).above(0);

/** Moves of each node in a direction, of late. */
export function movesOf(direction: 'in' | 'out'): Expression {
  return increaseBy(NODE, series(METRICS.nodeMoves, CHOSEN_NODES, is('direction', direction)), LATELY);
}

/** Nodes that a reader asks about though they may not drain: those with most moves of late, and the fullest. */
const BUSY_OR_FULL = anyOf(
  group(NODE, topk(TOGETHER, MOST_MOVERS, increaseBy(NODE, series(METRICS.nodeMoves, CHOSEN_NODES), LATELY)).above(0)),
  group(NODE, topk(TOGETHER, MOST_FULL, NODE_SHARDS)),
);

/** A query on all nodes, on those that a reader asks about instead: those that drain too. */
export function ofInterest(expression: Expression): Expression {
  return expression.and(on(NODE), group(NODE, DRAINING_NODES).or(BUSY_OR_FULL).inParentheses());
}

/** Seconds since the drain of each node last made progress; of several plans, the one that waits longest. */
export function drainAge(values: ThresholdValues): Expression {
  const progress = lastValue(series(METRICS.drainProgress, NAMED_PLAN, CHOSEN_NODES), values);
  return max(NODE, ageOf(progress, DRAIN, values)).and(on(NODE), DRAINING_NODES);
}

/** What each node of interest does, as the greatest of the numbers that hold. */
export function nodeStanding(values: ThresholdValues): Expression {
  const stalled = group(NODE, alertCondition('MeshRebalanceNodeDrainStalled', 'warning', values));
  const draining = firstOf(
    NODE,
    code(NODE_CODES.stalled, stalled),
    code(NODE_CODES.failed, DRAINED_IN_VAIN),
    code(NODE_CODES.drains, DRAIN_MOVING),
  ).and(on(NODE), DRAINING_NODES);
  const others = firstOf(
    NODE,
    code(NODE_CODES.takesOver, movesOf('in').above(0)),
    code(NODE_CODES.serves, NODE_SHARDS),
  );
  return firstOf(
    NODE,
    draining,
    code(NODE_CODES.waits, DRAINING_NODES),
    others.and(on(NODE), BUSY_OR_FULL.inParentheses()),
  );
}
