import {
  abs,
  lastOverTime,
  max,
  number,
  on,
  sortDescending,
  TOGETHER,
  topk,
  withLabel,
} from '../../rules/promql/index.js';
import { DRAIN, NODE } from '../../rules/selectors.js';
import type { ThresholdValues } from '../../rules/thresholds.js';
import type { PageRow } from '../layout.js';
import { now, overTime, type PagePanel } from '../panel.js';
import { DRAIN_REMAINING, DRAIN_REMAINING_SERIES, NODE_SHARDS, NODE_SHARDS_SERIES } from '../queries/nodes.js';
import { ofTop } from '../queries/shapes.js';
import { barGauge, bars, lines } from '../visuals.js';
import { NO_NODE } from '../when-empty.js';

/** Nodes or drains that a panel shows at most. */
const MOST = 30;

/** Shards by node, now and over time. */
export function nodes({ drainStalledAfter }: ThresholdValues): PageRow {
  return {
    title: 'Nodes',
    panels: [SHARDS_NOW, SHARDS_OVER_TIME, MOVES_PER_NODE, drainTimeline(drainStalledAfter)],
  };
}

const SHARDS_NOW: PagePanel = {
  width: 8,
  height: 12,
  unit: 'short',
  title: 'Shards per node now',
  shows: `The ${MOST} fullest of the chosen nodes, the fullest first, each with whether it drains.`,
  act: 'One bar far beyond the others: the cluster is imbalanced. A node that drains should shrink in Shards per node.',
  empty: 'no node of the chosen clusters has been reported; the controller reports ownership.',
  noValue: 'No node is known',
  visual: barGauge(),
  queries: [
    now(
      sortDescending(
        topk(
          TOGETHER,
          MOST,
          withLabel(NODE_SHARDS.and(on(NODE), DRAIN_REMAINING.above(0)).onOneLine(), 'doing', '▼ drains').or(
            on(NODE),
            withLabel(NODE_SHARDS, 'doing', 'serves'),
          ),
        ),
      ),
      '{{namespace}}/{{cluster}} {{node}} {{doing}}',
    ),
  ],
};

const AT_START = max(NODE, NODE_SHARDS_SERIES.at('start'));
const AT_END = max(NODE, NODE_SHARDS_SERIES.at('end'));
/** Change of each node's shards between the ends of the shown time; a node that came or left counts in full. */
const CHANGE = abs(
  AT_END.or(on(NODE), number(0).times(AT_START))
    .onOneLine()
    .minus(on(NODE), AT_START.or(on(NODE), number(0).times(AT_END)).onOneLine())
    .onLines(),
);

const SHARDS_OVER_TIME: PagePanel = {
  width: 16,
  height: 12,
  unit: 'short',
  title: 'Shards per node',
  shows: `Shards over time on the ${MOST} chosen nodes whose number changed most between the ends of the shown time.`,
  act: 'A draining node falls to 0 while others rise. Flat lines while a plan is at work: it does not move.',
  ...NO_NODE,
  visual: lines(),
  queries: [overTime(ofTop(MOST, NODE, CHANGE, NODE_SHARDS), '{{namespace}}/{{cluster}} {{node}}')],
};

const MOVES_PER_NODE: PagePanel = {
  width: 12,
  height: 9,
  unit: 'short',
  title: 'Moves in and out per node',
  shows: `Shards that each node gained (above 0) and lost (below 0) from one bar to the next, for the ${MOST} chosen nodes whose number changed most. It is the difference of the shards a node owns: no metric tells moves by node, and a gain and a loss within one bar cancel out.`,
  act: 'Below 0 should be the nodes that drain, above 0 those that take over. Both at one node: shards go to and fro.',
  ...NO_NODE,
  visual: bars(),
  queries: [
    overTime(
      ofTop(MOST, NODE, CHANGE, NODE_SHARDS.minus(on(NODE), max(NODE, NODE_SHARDS_SERIES.offset('$__interval')))),
      '{{namespace}}/{{cluster}} {{node}}',
    ),
  ],
};

function drainTimeline(drainStalledAfter: string): PagePanel {
  const leftWhenLastSeen = max(DRAIN, lastOverTime(DRAIN_REMAINING_SERIES.at('end').range('$__range')));
  return {
    width: 12,
    height: 9,
    unit: 'short',
    title: 'Drain timeline',
    shows: `Shards that each draining node has yet to give up, one line a plan and node: the ${MOST} with the most left when last seen.`,
    act: `A line that stays level for ${drainStalledAfter} is a drain that has stalled (runbook of MeshRebalanceNodeDrainStalled). Level lines of nodes that wait their turn are no trouble.`,
    empty: 'no node drained in the shown time.',
    noValue: 'No node drains',
    visual: lines(),
    queries: [overTime(ofTop(MOST, DRAIN, leftWhenLastSeen, DRAIN_REMAINING), '{{plan_id}} {{node}}')],
  };
}
