import { METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { isNot, max, on, series, sum } from '../../rules/promql/index.js';
import { CLUSTER, PLAN } from '../../rules/selectors.js';
import { steps } from '../colour-steps.js';
import { BAD, PLAIN } from '../palette.js';
import { overTime, type PagePanel } from '../panel.js';
import { CLUSTER_LIMIT } from '../queries/clusters.js';
import { increaseBy, ofTop } from '../queries/shapes.js';
import { bars, byOutcome, lines, STROKES } from '../visuals.js';
import { NOTHING_EXPORTED } from '../when-empty.js';

/** Clusters that a panel shows at most. */
const MOST = 8;

const MOVING = series(METRICS.shardsMoving, isNot('plan_id', ''));
const MOVING_AT_END = sum(CLUSTER, max(PLAN, MOVING.at('end')));
const LIMIT_AT_END = max(CLUSTER, series(METRICS.shardsMovingLimit).at('end'));
const USE_AT_END = MOVING_AT_END.dividedBy(on(CLUSTER), LIMIT_AT_END.above(0)).inParentheses();

export const CONCURRENCY: PagePanel = {
  width: 12,
  height: 8,
  unit: 'percentunit',
  title: 'Concurrency against its limit',
  shows: `Moves in flight as a share of the most that the policy allows, of the ${MOST} clusters that use most of it at the end of the shown time. Plans without a name are counted.`,
  act: 'Above the dashed line at 100 %: pause the controller, see the runbook of MeshRebalanceTooManyConcurrentMoves. Along it for hours: the limit sets the pace.',
  empty: 'no plan is there at the end of the shown time, or no controller has reported a limit.',
  noValue: 'No plan, no moves',
  visual: lines({ thresholds: steps(PLAIN, [1, BAD]), overrides: STROKES }),
  queries: [
    overTime(
      sum(CLUSTER, max(PLAN, ofTop(MOST, CLUSTER, USE_AT_END, MOVING))).dividedBy(on(CLUSTER), CLUSTER_LIMIT.above(0)),
      '{{namespace}}/{{cluster}}',
    ),
  ],
};

export const MOVES_ENDED: PagePanel = {
  width: 12,
  height: 8,
  unit: 'none',
  title: 'Moves that ended',
  shows: 'Moves of all chosen clusters by how they ended, in each bar.',
  act: 'Only failed ones: see Failure reasons. None while plans are at work: see Active plans.',
  empty: NOTHING_EXPORTED.empty,
  noValue: 'No move ended',
  visual: bars({ overrides: byOutcome() }),
  queries: [overTime(increaseBy(['outcome'], series(METRICS.moves), '$__rate_interval'), '{{outcome}}')],
};
