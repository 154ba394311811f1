import { METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { clampMin, group, lastOverTime, max, on, series } from '../../rules/promql/index.js';
import { CLUSTER, DRAIN, NAMED_PLAN, PLAN } from '../../rules/selectors.js';
import type { ThresholdValues } from '../../rules/thresholds.js';
import { COLOUR } from '../palette.js';
import { overTime, type PagePanel } from '../panel.js';
import { CLUSTER_LIMIT } from '../queries/clusters.js';
import { DRAIN_REMAINING, DRAIN_REMAINING_SERIES } from '../queries/nodes.js';
import { ofThePlan, PLAN_MOVING, PLAN_REMAINING, PLAN_SHARDS } from '../queries/plans.js';
import { ofTop } from '../queries/shapes.js';
import { DASHED, inColour, lines, STROKES } from '../visuals.js';
import { NO_SUCH_PLAN } from '../when-empty.js';

export function progress({ stuckAfter }: ThresholdValues): PagePanel {
  return {
    width: 12,
    height: 8,
    unit: 'none',
    title: 'Progress',
    shows: 'Shards that the plan has yet to move (solid) of all it moves (dashed).',
    act: `Level for ${stuckAfter} while the plan is at work and not held back: it is stuck, follow the runbook of MeshRebalanceStuck. A rising dashed line: the plan found more to move.`,
    ...NO_SUCH_PLAN,
    visual: lines(),
    queries: [
      overTime(ofThePlan(PLAN_REMAINING), 'Left', inColour(COLOUR.blue)),
      overTime(ofThePlan(PLAN_SHARDS), 'In all', [...DASHED, ...inColour(COLOUR.grey)]),
    ],
  };
}

/** Lines of a graph. */
const MOST = 8;
const LEFT_WHEN_LAST_SEEN = max(DRAIN, lastOverTime(DRAIN_REMAINING_SERIES.at('end').range('$__range')));

export function drains({ drainStalledAfter }: ThresholdValues): PagePanel {
  return {
    width: 12,
    height: 8,
    unit: 'none',
    title: 'Drains',
    shows: `Shards that each node of the plan has yet to give up; of more than ${MOST}, those with most left.`,
    act: `One line level for ${drainStalledAfter} while others fall: look at that node first (runbook of MeshRebalanceNodeDrainStalled). Nodes may wait their turn.`,
    empty: 'the plan drains no chosen node, or was not there in the shown time.',
    noValue: 'No node drains in this plan',
    visual: lines({ overrides: STROKES }),
    queries: [overTime(ofThePlan(ofTop(MOST, DRAIN, LEFT_WHEN_LAST_SEEN, DRAIN_REMAINING)), '{{node}}')],
  };
}

/** The limit of the plan's cluster. */
const ITS_LIMIT = CLUSTER_LIMIT.and(on(CLUSTER), group(CLUSTER, series(METRICS.planShards, NAMED_PLAN)));
/** Shards left one bar ago less those left now. */
const MOVED = clampMin(
  max(PLAN, series(METRICS.planShardsRemaining, NAMED_PLAN).offset('$__interval')).minus(PLAN_REMAINING),
  0,
);

export const MOVES: PagePanel = {
  width: 12,
  height: 8,
  unit: 'none',
  title: 'Moves',
  shows:
    "Moves of the plan in flight (solid), the most that the cluster's policy allows for all its plans together (dashed), and the shards that the plan has moved from one bar to the next.",
  act: 'In flight and no bars: the moves hang. Nothing in flight: something holds the plan back; see Controller state on the on-call page.',
  ...NO_SUCH_PLAN,
  visual: lines({ maxDataPoints: 120 }),
  queries: [
    overTime(ofThePlan(PLAN_MOVING), 'In flight', inColour(COLOUR.blue)),
    overTime(ofThePlan(ITS_LIMIT), 'Limit', [...DASHED, ...inColour(COLOUR.vermilion)]),
    overTime(ofThePlan(MOVED), 'Moved', [
      ...inColour(COLOUR.green),
      { id: 'custom.drawStyle', value: 'bars' },
      { id: 'custom.fillOpacity', value: 60 },
    ]),
  ],
};
