/* Queries on the chosen nodes. */
import { METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { matches, max, series } from '../../rules/promql/index.js';
import { DRAIN, NAMED_PLAN, NODE } from '../../rules/selectors.js';

const CHOSEN_NODES = matches('node', '$node');

export const NODE_SHARDS_SERIES = series(METRICS.nodeShards, CHOSEN_NODES);
/** Shards on each node. */
export const NODE_SHARDS = max(NODE, NODE_SHARDS_SERIES);
export const DRAIN_REMAINING_SERIES = series(METRICS.drainShardsRemaining, ...NAMED_PLAN, CHOSEN_NODES);
/** Shards that each draining node has yet to give up. */
export const DRAIN_REMAINING = max(DRAIN, DRAIN_REMAINING_SERIES);
