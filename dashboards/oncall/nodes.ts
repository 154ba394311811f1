import { abs, type Expression, lastOverTime, max, number, on, sum, withLabel } from '../../rules/promql/index.js';
import { NODE } from '../../rules/selectors.js';
import type { ThresholdValues } from '../../rules/thresholds.js';
import { NODE_STANDINGS } from '../palette.js';
import { overTime, type PagePanel, rows } from '../panel.js';
import { WHERE, withName, withWhere } from '../queries/names.js';
import {
  DRAIN_REMAINING_SERIES,
  DRAINING_NODES,
  drainAge,
  LATELY,
  movesOf,
  NODE_SHARDS,
  NODE_SHARDS_SERIES,
  nodeStanding,
  ofInterest,
} from '../queries/nodes.js';
import { ofTop } from '../queries/shapes.js';
import { table } from '../table-panel.js';
import { lines, STROKES, thick } from '../visuals.js';
import { NO_NODE } from '../when-empty.js';

/** Lines of each kind. */
const MOST = 4;

export function nodesAtWork(values: ThresholdValues): PagePanel {
  const { drainStalledAfter } = values;
  return {
    width: 12,
    height: 8,
    unit: 'none',
    title: 'Nodes at work',
    shows: `The chosen nodes that drain, those with most moves within ${LATELY}, and the fullest. **Gives up none**: it drains and has given up no shard for ${drainStalledAfter}, though moves of it are in flight. **Plan failed**: it keeps the rest of its shards. Then how long its drain has made no progress, what it has yet to give up, its shards, and the moves in to it and out of it that completed within ${LATELY}.`,
    act: 'Gives up none: follow the runbook of MeshRebalanceNodeDrainStalled. Moves both in and out: shards go to and fro. One node far fuller than the others: the cluster is imbalanced.',
    empty: 'no node of the chosen clusters has been reported; the controller reports ownership.',
    noValue: 'No node is known',
    ...table({
      queries: {
        standing: rows(withWhere(nodeStanding(values), values)),
        since: rows(drainAge(values)),
        left: rows(DRAINING_NODES),
        shards: rows(ofInterest(NODE_SHARDS)),
        movesIn: rows(ofInterest(movesOf('in'))),
        movesOut: rows(ofInterest(movesOf('out'))),
      },
      columns: [
        { value: 'standing', title: 'Standing', width: 130, mapping: NODE_STANDINGS },
        { label: 'node', title: 'Node', minWidth: 115 },
        { label: WHERE, title: 'Cluster', minWidth: 130 },
        { value: 'since', title: 'No progress', unit: 's', decimals: 1, width: 115 },
        { value: 'left', title: 'Left', decimals: 0, width: 60 },
        { value: 'shards', title: 'Shards', decimals: 0, width: 75 },
        { value: 'movesIn', title: 'In', decimals: 0, width: 55 },
        { value: 'movesOut', title: 'Out', decimals: 0, width: 55 },
      ],
      hidden: ['namespace', 'cluster'],
      sortBy: [
        { title: 'Standing', descending: true },
        { title: 'No progress', descending: true },
        { title: 'Shards', descending: true },
      ],
    }),
  };
}

const AT_START = max(NODE, NODE_SHARDS_SERIES.at('start'));
const AT_END = max(NODE, NODE_SHARDS_SERIES.at('end'));
/** Change of each node's shards between the ends of the shown time; a node that came or left counts in full. */
const CHANGE = abs(sum(NODE, AT_END.or(withLabel(number(-1).times(AT_START), 'at', 'start'))));
/** What each node that drained had yet to give up when it was last seen: those that are not done come first. */
const LEFT_WHEN_LAST_SEEN = max(NODE, lastOverTime(DRAIN_REMAINING_SERIES.at('end').range('$__range')));

function shardsOfTop(rank: Expression): Expression {
  return max(NODE, ofTop(MOST, NODE, rank, NODE_SHARDS_SERIES));
}

export const SHARDS_OVER_TIME: PagePanel = {
  width: 12,
  height: 8,
  unit: 'none',
  title: 'Shards per node',
  shows: `Shards over time: thick and with ▼, the ${MOST} chosen nodes that drain or drained and have most left to give up; thin, the ${MOST} others whose number changed most between the ends of the shown time.`,
  act: 'A draining node falls to 0 while others rise. A thick line that stays level: it drains and gives up nothing.',
  ...NO_NODE,
  visual: lines({ overrides: [...STROKES, thick('A', 4), thick('B', 1)] }),
  queries: [
    overTime(withName(shardsOfTop(LEFT_WHEN_LAST_SEEN), 'node'), '▼ {{name}}'),
    overTime(withName(shardsOfTop(CHANGE.unless(on(NODE), LEFT_WHEN_LAST_SEEN)), 'node'), '{{name}}'),
  ],
};
