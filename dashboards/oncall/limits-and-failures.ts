import { METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { is, isNot, max, number, on, round, series, sum } from '../../rules/promql/index.js';
import { CLUSTER, PLAN } from '../../rules/selectors.js';
import type { PageRow } from '../layout.js';
import { COLOUR } from '../palette.js';
import { overTime, type PagePanel, rows } from '../panel.js';
import { CLUSTER_LIMIT, CLUSTER_MOVING } from '../queries/clusters.js';
import { increaseBy, ofTop } from '../queries/shapes.js';
import { barChart, bars, byOutcome, DASHED, lines } from '../visuals.js';
import { NOTHING_EXPORTED } from '../when-empty.js';

/** Clusters that a panel shows at most. */
const MOST = 10;

const MOVING_AT_END = sum(CLUSTER, max(PLAN, series(METRICS.shardsMoving, isNot('plan_id', '')).at('end')));
const LIMIT_AT_END = max(CLUSTER, series(METRICS.shardsMovingLimit).at('end'));
/** Use of the limit; clusters without a policy come last, and those whose last plan is gone. */
const USE_AT_END = MOVING_AT_END.dividedBy(on(CLUSTER), LIMIT_AT_END.above(0))
  .or(on(CLUSTER), number(0).times(MOVING_AT_END))
  .onOneLine()
  .or(on(CLUSTER), number(0).times(LIMIT_AT_END))
  .onOneLine()
  .inParentheses();

const CONCURRENCY: PagePanel = {
  width: 12,
  height: 9,
  unit: 'short',
  title: 'Concurrency against its limit',
  shows: `Moves in flight (solid) and the most that the policy allows (dashed), of the ${MOST} clusters that use most of it at the end of the shown time. Plans without a name are counted.`,
  act: 'Solid above dashed: pause the controller, see the runbook of MeshRebalanceTooManyConcurrentMoves. Solid along dashed for hours: the limit sets the pace.',
  empty: 'no plan existed in the shown time. A cluster without a dashed line has reported no policy.',
  noValue: 'No plan, no moves',
  visual: lines({ overrides: [{ matcher: { id: 'byRegexp', options: '/ limit$/' }, properties: DASHED }] }),
  queries: [
    overTime(ofTop(MOST, CLUSTER, USE_AT_END, CLUSTER_MOVING), '{{namespace}}/{{cluster}} moving'),
    overTime(ofTop(MOST, CLUSTER, USE_AT_END, CLUSTER_LIMIT), '{{namespace}}/{{cluster}} limit'),
  ],
};

const FAILURE_REASONS: PagePanel = {
  width: 12,
  height: 9,
  unit: 'short',
  title: 'Failure reasons',
  shows:
    'How often moves, drains and plans failed in the shown time, by reason. A failed move often fails its drain, and that its plan: the three bars of a reason are not three troubles.',
  act: 'Begin with the reason of the most failed plans. Open a plan that failed: its trace has the error.',
  empty: 'nothing failed in the shown time.',
  noValue: 'Nothing failed',
  ...barChart('error_type', [
    { query: failed('move'), name: 'Moves', color: COLOUR.sky },
    { query: failed('drain'), name: 'Drains', color: COLOUR.blue },
    { query: failed('total'), name: 'Plans', color: COLOUR.vermilion },
  ]),
};

function failed(phase: 'move' | 'drain' | 'total') {
  return rows(round(increaseBy(['error_type'], series(METRICS.failures, is('phase', phase)), '$__range')).above(0));
}

const GUARDRAILS: PagePanel = {
  width: 12,
  height: 8,
  unit: 'short',
  title: 'Guardrails',
  shows: 'How often each guardrail held a controller back, in each bar.',
  act: 'maxConcurrentMoves is ordinary work at the limit. Others say what the controller waits for: an incident, replicas that are not healthy, a cooldown.',
  empty: 'no guardrail has ever held a controller back.',
  noValue: 'No guardrail has tripped',
  visual: bars({ legend: 'sum' }),
  queries: [overTime(increaseBy(['guardrail'], series(METRICS.guardrailTrips), '$__rate_interval'), '{{guardrail}}')],
};

const MOVES_ENDED: PagePanel = {
  width: 12,
  height: 8,
  unit: 'short',
  title: 'Moves that ended',
  shows: 'Moves of all chosen clusters by how they ended, in each bar.',
  act: 'Only failed ones: see Failure reasons. None while plans are at work: see Is it moving?',
  empty: NOTHING_EXPORTED.empty,
  noValue: 'No move ended',
  visual: bars({ legend: 'sum', overrides: byOutcome() }),
  queries: [overTime(increaseBy(['outcome'], series(METRICS.moves), '$__rate_interval'), '{{outcome}}')],
};

/** Limits that set the pace, and failures. */
export const LIMITS_AND_FAILURES: PageRow = {
  title: 'Limits and failures',
  panels: [CONCURRENCY, FAILURE_REASONS, GUARDRAILS, MOVES_ENDED],
};
