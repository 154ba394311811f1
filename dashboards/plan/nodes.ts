import { METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { count, lastOverTime, max, on, onManyToOne, series, sum } from '../../rules/promql/index.js';
import { CLUSTER, DRAIN, NAMED_PLAN, NODE } from '../../rules/selectors.js';
import { type PagePanel, rows } from '../panel.js';
import { NODE_SHARDS } from '../queries/nodes.js';
import { ofThePlan } from '../queries/plans.js';
import { table } from '../table-panel.js';
import { ofItsCluster } from './queries.js';

const REMAINING_IN_CLUSTER = max(CLUSTER, series(METRICS.planShardsRemaining, NAMED_PLAN));
const SHARDS_IN_CLUSTER = max(CLUSTER, series(METRICS.planShards, NAMED_PLAN));

/** Shards on each node while the plan had moved nothing. */
const BEFORE = lastOverTime(
  NODE_SHARDS.and(on(CLUSTER), REMAINING_IN_CLUSTER.equals(SHARDS_IN_CLUSTER)).subquery('$__range', '1m'),
);

const LEFT_BY_NODE = sum(NODE, max(DRAIN, series(METRICS.drainShardsRemaining, NAMED_PLAN)));
const RECEIVERS = max(NODE, series(METRICS.nodeShards)).unless(on(NODE), LEFT_BY_NODE).onOneLine();
/** A node that drains ends without what it has yet to give up; the others share that evenly. */
const AFTER = NODE_SHARDS.minus(on(NODE), LEFT_BY_NODE)
  .inParentheses()
  .or(
    on(NODE),
    NODE_SHARDS.unless(on(NODE), LEFT_BY_NODE)
      .onOneLine()
      .plus(
        onManyToOne(CLUSTER),
        REMAINING_IN_CLUSTER.dividedBy(on(CLUSTER), count(CLUSTER, RECEIVERS)).inParentheses(),
      )
      .onLines()
      .inParentheses(),
  );

export const BALANCE: PagePanel = {
  width: 12,
  height: 8,
  unit: 'none',
  title: 'Balance',
  shows:
    'What the plan does to each node of its cluster: the shards before its first move, now, and when it is done. A node that drains ends with what it has less what it has yet to give up; for the others an even share of what is left is assumed, because the controller does not tell which node takes which shard.',
  act: 'Now far from the target while the plan is over: it has not done what it should. One node takes it all: the target choice is broken.',
  empty:
    'the plan was not there in the shown time. Before is empty if the shown time begins after its first move, After once it has retired.',
  noValue: 'No such plan in the shown time',
  ...table({
    queries: {
      now: rows(ofItsCluster(NODE_SHARDS)),
      before: rows(ofThePlan(BEFORE)),
      after: rows(ofThePlan(AFTER)),
    },
    columns: [
      { label: 'node', title: 'Node' },
      { value: 'before', title: 'Before', decimals: 0 },
      { value: 'now', title: 'Now', decimals: 0 },
      { value: 'after', title: 'After', decimals: 1 },
    ],
    hidden: ['namespace', 'cluster'],
    sortBy: [{ title: 'Before', descending: true }],
  }),
};
