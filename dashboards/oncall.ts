import { PanelBuilder as BarChartPanel } from '@grafana/grafana-foundation-sdk/barchart';
import { VisibilityMode, VizLegendOptionsBuilder, VizOrientation } from '@grafana/grafana-foundation-sdk/common';
import { FieldColorBuilder, FieldColorModeId } from '@grafana/grafana-foundation-sdk/dashboard';
import { METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { CLUSTER, DRAIN, indented, NAMED_PLAN, PLAN } from '../rules/selectors.js';
import { firingAlerts, stateChanges } from './annotations.js';
import { clusterOfRow, planOfRow, planPage, runbookOfRow, traceOfRow, UIDS } from './links.js';
import type { Page } from './page.js';
import { BAD, COLOUR, GOOD, PLAIN, STATE_NAMES, valueMap, WATCH } from './palette.js';
import { now, overTime, panel, rows } from './panel.js';
import {
  ACTIVE_PLANS,
  atEnd,
  CHOSEN_NODES,
  CLUSTER_LIMIT,
  CLUSTER_MOVING,
  CLUSTER_WAITING,
  CRITICAL,
  DRAIN_REMAINING,
  FIRING,
  HEARTBEAT_AGE,
  increase,
  inside,
  LIVE_PLANS,
  NODE,
  NODE_SHARDS,
  OLDEST_WAIT,
  ofTop,
  orZero,
  PAUSED_NUMBER,
  PLAN_CREATED,
  PLAN_ETA,
  PLAN_INFO,
  PLAN_PROGRESS,
  PLAN_REMAINING,
  PLAN_SHARDS,
  PLAN_STATE_SINCE,
  SILENT_CONTROLLERS,
  STUCK_PLANS,
  stateNumber,
  WAITING_PLANS,
} from './queries.js';
import { ALERTS } from './selection.js';
import { table } from './table.js';
import { badFrom, count, risingTo, seconds, steps, VALUES } from './thresholds.js';
import { cluster, datasource, namespace, node, traces } from './variables.js';
import { IS_IT_MOVING, IS_IT_SAFE, WHO_MUST_ACT } from './verdicts.js';
import {
  answer,
  barGauge,
  bars,
  coloured,
  DASHED,
  inColour,
  legendWith,
  lines,
  stat,
  stateTimeline,
  statusHistory,
} from './visuals.js';

/** Nodes or drains that a panel shows at most. */
const MOST_NODES = 30;
const MOST_CLUSTERS = 10;

const WAIT_COLOURS = risingTo(seconds('approvalNotice'), seconds('approvalOverdue'));
const isLive = (expression: string) => `${expression}\nand on (${PLAN}) (${LIVE_PLANS})`;
const isWaiting = (expression: string) => `${expression}\nand on (${PLAN}) (${WAITING_PLANS})`;

const isItMoving = panel(
  { id: 1, width: 8, height: 5, unit: 'short' },
  {
    title: 'Is it moving?',
    tells: `The worst of the chosen clusters' plans in one word. **Stuck**: a plan at work has moved no shard for ${VALUES.stuckAfter}, and nothing holds it back on purpose. **Moving**: a shard moved within ${VALUES.stuckAfter}. **Held back**: a pause or a guardrail. **Not yet**: at work, but nothing has moved so far. Beside it the plans at work, those that are stuck, and the moves in flight.`,
    act: 'Stuck: open the plan in the table below and follow the runbook of MeshRebalanceStuck. Held back: look at the state of the controller and at why it holds.',
    empty: 'no controller of the chosen clusters exports anything; see Controller heartbeat.',
    noValue: 'No controller reports',
  },
  stat()
    .withTarget(now('A', IS_IT_MOVING.expression, 'Answer'))
    .withTarget(now('B', orZero(`count(${ACTIVE_PLANS})`), 'Plans at work'))
    .withTarget(now('C', orZero(`count(${inside(STUCK_PLANS)})`), 'Stuck'))
    .withTarget(now('D', `sum(${CLUSTER_MOVING})`, 'Moves in flight'))
    .overrideByName('Answer', answer(IS_IT_MOVING.words))
    .overrideByName('Stuck', coloured(badFrom(1))),
);

const isItSafe = panel(
  { id: 2, width: 8, height: 5, unit: 'short' },
  {
    title: 'Is it safe?',
    tells: `**No** if a controller has given no heartbeat for ${VALUES.heartbeatTimeout}, or more shards move than the policy of a cluster allows. **Plans keep failing**: ${VALUES.failuresWarning} or more of one cluster within ${VALUES.failuresWindow}. Beside it the fullest use of any cluster's limit, the plans that failed within ${VALUES.failuresWindow}, and the silent controllers.`,
    act: 'Too many moves: pause the controller (runbook of MeshRebalanceTooManyConcurrentMoves). Controller silent: nothing is watched over; see Controller heartbeat. Plans keep failing: see Failure reasons.',
    empty: 'no controller of the chosen clusters exports anything, nor has within a day.',
    noValue: 'No controller reports',
  },
  stat()
    .withTarget(now('A', IS_IT_SAFE.expression, 'Answer'))
    .withTarget(now('B', `max(${CLUSTER_MOVING} / on (${CLUSTER}) (${CLUSTER_LIMIT} > 0))`, 'Use of the limit'))
    .withTarget(
      now(
        'C',
        `round(sum(increase(${METRICS.plansFinished.name}{outcome="failed"}[${VALUES.failuresWindow}])))`,
        `Failed in ${VALUES.failuresWindow}`,
      ),
    )
    .withTarget(now('D', orZero(`count(${SILENT_CONTROLLERS})`), 'Silent controllers'))
    .overrideByName('Answer', answer(IS_IT_SAFE.words))
    .overrideByName('Use of the limit', coloured(risingTo(1.0001, count('movesExcess')), 'percentunit'))
    .overrideByName(
      `Failed in ${VALUES.failuresWindow}`,
      coloured(risingTo(count('failuresWarning'), count('failuresCritical'))),
    )
    .overrideByName('Silent controllers', coloured(badFrom(1))),
);

const whoMustAct = panel(
  { id: 3, width: 8, height: 5, unit: 'short' },
  {
    title: 'Who must act?',
    tells: `**On-call**: a critical alert fires, a plan is stuck or a controller is silent. **Approver**: a plan waits for a decision; **overdue** after ${VALUES.approvalOverdue}. Beside it the plans that wait, the longest wait, and the critical alerts that fire.`,
    act: 'On-call: Firing alerts has the runbook of each. Approver: Approval queue has the command line of each plan.',
    empty:
      'no controller of the chosen clusters exports anything; see Controller heartbeat. Without the alerting rules, critical alerts count as none.',
    noValue: 'No controller reports',
  },
  stat()
    .withTarget(now('A', WHO_MUST_ACT.expression, 'Answer'))
    .withTarget(now('B', `sum(${CLUSTER_WAITING})`, 'Plans waiting'))
    .withTarget(now('C', orZero(`max(${OLDEST_WAIT})`), 'Longest wait'))
    .withTarget(
      now('D', orZero(`count(max by (alertname, namespace, cluster, plan_id, node) (${CRITICAL}))`), 'Critical alerts'),
    )
    .overrideByName('Answer', answer(WHO_MUST_ACT.words))
    .overrideByName('Longest wait', coloured(WAIT_COLOURS, 's'))
    .overrideByName('Critical alerts', coloured(badFrom(1))),
);

const firing = panel(
  { id: 4, width: 24, height: 6, unit: 'short' },
  {
    title: 'Firing alerts',
    tells:
      'Every alert of this package that fires for the chosen clusters, critical ones first, and those on the way of the telemetry (Prometheus, Collectors), which belong to no cluster.',
    act: 'Click the name for its runbook, the plan for its page. Critical first: the others are often its consequences.',
    empty: 'no alert fires, or Prometheus does not evaluate `mesh-rebalance.alerts.yaml`.',
    noValue: 'No alert fires',
  },
  table({
    queries: [
      rows(
        'A',
        // The second alternative, after the bar, is the empty text of alerts without these labels.
        `max by (alertname, severity, namespace, cluster, plan_id, node, instance) (${ALERTS}{namespace=~"$namespace|",cluster=~"$cluster|",${FIRING}})`,
      ),
    ],
    columns: [
      {
        field: 'severity',
        title: 'Severity',
        width: 120,
        mapping: valueMap([
          ['critical', { text: '✖ critical', color: BAD }],
          ['warning', { text: '▲ warning', color: WATCH }],
          ['info', { text: '● info', color: PLAIN }],
        ]),
      },
      { field: 'alertname', title: 'Alert', links: [runbookOfRow()] },
      { field: 'namespace', title: 'Namespace' },
      { field: 'cluster', title: 'Cluster', links: [clusterOfRow()] },
      { field: 'plan_id', title: 'Plan', links: [planPage()] },
      { field: 'node', title: 'Node' },
      { field: 'instance', title: 'Instance' },
    ],
    hidden: ['Value'],
    // critical, info, warning: what pages stands first.
    sortBy: [{ title: 'Severity', descending: false }],
  }),
);

const activePlans = panel(
  { id: 5, width: 24, height: 9, unit: 'short' },
  {
    title: 'Active plans',
    tells:
      'Every live plan with a name: its state, its age, how long it has been in that state, how much has moved, how long it will take at the pace so far, what caused it and who approves. Plans beyond `maxPlans` have no name and are missing here; the alert MeshRebalancePlansUntracked tells of them.',
    act: 'Click a plan for its page, which begins at its creation, or its trace id for its trace. A plan at work without time left has not moved of late.',
    empty: 'no plan is live: nothing is being rebalanced and nothing waits.',
    noValue: 'No plan is live',
  },
  table({
    queries: [
      rows('A', LIVE_PLANS),
      rows('B', isLive(`time() - ${PLAN_CREATED}`)),
      rows('C', isLive(`time() - ${PLAN_STATE_SINCE}`)),
      rows('D', isLive(PLAN_PROGRESS)),
      rows('E', isLive(PLAN_REMAINING)),
      rows('F', PLAN_ETA),
      rows('G', isLive(PLAN_INFO)),
      rows('H', isLive(`1000 * ${PLAN_CREATED}`)),
    ],
    columns: [
      { field: 'namespace', title: 'Namespace' },
      { field: 'cluster', title: 'Cluster', links: [clusterOfRow()] },
      { field: 'plan_id', title: 'Plan', links: [planOfRow('Value #H')] },
      { field: 'state', title: 'State', mapping: STATE_NAMES },
      { field: 'Value #B', title: 'Age', unit: 's', decimals: 1 },
      { field: 'Value #C', title: 'In this state', unit: 's', decimals: 1 },
      { field: 'Value #D', title: 'Moved', unit: 'percentunit', decimals: 0, bar: true, width: 160 },
      { field: 'Value #E', title: 'Left', decimals: 0 },
      { field: 'Value #F', title: 'Time left', unit: 's', decimals: 1, noValue: '–' },
      { field: 'trigger', title: 'Trigger' },
      { field: 'approval_mode', title: 'Approval' },
      { field: 'trace_id', title: 'Trace', links: [traceOfRow()] },
      { field: 'Value #H', title: 'Created', unit: 'dateTimeAsIso' },
    ],
    hidden: ['Value #A', 'Value #G'],
    sortBy: [{ title: 'Age', descending: true }],
  }),
);

const shardsNow = panel(
  { id: 6, width: 8, height: 12, unit: 'short' },
  {
    title: 'Shards per node now',
    tells: `The ${MOST_NODES} fullest of the chosen nodes, the fullest first, each with whether it drains.`,
    act: 'One bar far beyond the others: the cluster is imbalanced. A node that drains should shrink in Shards per node.',
    empty: 'no node of the chosen clusters has been reported; the controller reports ownership.',
    noValue: 'No node is known',
  },
  barGauge().withTarget(
    now(
      'A',
      `sort_desc(topk(${MOST_NODES},
  label_replace(${NODE_SHARDS} and on (${NODE}) (${DRAIN_REMAINING} > 0), "doing", "▼ drains", "", "")
  or on (${NODE})
  label_replace(${NODE_SHARDS}, "doing", "serves", "", "")
))`,
      '{{namespace}}/{{cluster}} {{node}} {{doing}}',
    ),
  ),
);

/** How much each node's shards have changed between the ends of the shown time; a node that came or left counts in full. */
const NODE_CHANGE = `abs(
  (${atEnd(NODE, METRICS.nodeShards.name, CHOSEN_NODES)} or on (${NODE}) 0 * ${atStart(NODE, METRICS.nodeShards.name, CHOSEN_NODES)})
  - on (${NODE})
  (${atStart(NODE, METRICS.nodeShards.name, CHOSEN_NODES)} or on (${NODE}) 0 * ${atEnd(NODE, METRICS.nodeShards.name, CHOSEN_NODES)})
)`;

function atStart(by: string, metric: string, matchers: string): string {
  return atEnd(by, metric, matchers).replace('@ end()', '@ start()');
}

const shardsOverTime = panel(
  { id: 7, width: 16, height: 12, unit: 'short' },
  {
    title: 'Shards per node',
    tells: `Shards over time on the ${MOST_NODES} chosen nodes whose number changed most between the ends of the shown time.`,
    act: 'A draining node falls to 0 while others rise. Flat lines while a plan is at work: it does not move.',
    empty: 'no node of the chosen clusters has been reported in the shown time.',
    noValue: 'No node is known',
  },
  lines().withTarget(
    overTime('A', ofTop(MOST_NODES, NODE, NODE_CHANGE, NODE_SHARDS), '{{namespace}}/{{cluster}} {{node}}'),
  ),
);

const movesPerNode = panel(
  { id: 8, width: 12, height: 9, unit: 'short' },
  {
    title: 'Moves in and out per node',
    tells: `Shards that each node gained (above 0) and lost (below 0) from one bar to the next, for the ${MOST_NODES} chosen nodes whose number changed most. It is the difference of the shards a node owns: no metric tells moves by node, and a gain and a loss within one bar cancel out.`,
    act: 'Below 0 should be the nodes that drain, above 0 those that take over. Both at one node: shards go to and fro.',
    empty: 'no node of the chosen clusters has been reported in the shown time.',
    noValue: 'No node is known',
  },
  bars().withTarget(
    overTime(
      'A',
      ofTop(
        MOST_NODES,
        NODE,
        NODE_CHANGE,
        `${NODE_SHARDS} - on (${NODE}) max by (${NODE}) (${METRICS.nodeShards.name}{${CHOSEN_NODES}} offset $__interval)`,
      ),
      '{{namespace}}/{{cluster}} {{node}}',
    ),
  ),
);

const drainTimeline = panel(
  { id: 9, width: 12, height: 9, unit: 'short' },
  {
    title: 'Drain timeline',
    tells: `Shards that each draining node has yet to give up, one line a plan and node: the ${MOST_NODES} with the most left when last seen.`,
    act: `A line that stays level for ${VALUES.drainStalledAfter} is a drain that has stalled (runbook of MeshRebalanceNodeDrainStalled). Level lines of nodes that wait their turn are no trouble.`,
    empty: 'no node drained in the shown time.',
    noValue: 'No node drains',
  },
  lines().withTarget(
    overTime(
      'A',
      ofTop(
        MOST_NODES,
        DRAIN,
        `max by (${DRAIN}) (last_over_time(${METRICS.drainShardsRemaining.name}{${NAMED_PLAN},${CHOSEN_NODES}}[$__range] @ end()))`,
        DRAIN_REMAINING,
      ),
      '{{plan_id}} {{node}}',
    ),
  ),
);

const MOVING_AT_END = `sum by (${CLUSTER}) (${atEnd(PLAN, METRICS.shardsMoving.name, 'plan_id!=""')})`;
const LIMIT_AT_END = atEnd(CLUSTER, METRICS.shardsMovingLimit.name);
/** Use of the limit; clusters without a policy come last, and those whose last plan is gone. */
const USE_AT_END = `(${MOVING_AT_END} / on (${CLUSTER}) (${LIMIT_AT_END} > 0) or on (${CLUSTER}) 0 * ${MOVING_AT_END} or on (${CLUSTER}) 0 * ${LIMIT_AT_END})`;

const concurrency = panel(
  { id: 10, width: 12, height: 9, unit: 'short' },
  {
    title: 'Concurrency against its limit',
    tells: `Moves in flight (solid) and the most that the policy allows (dashed), of the ${MOST_CLUSTERS} clusters that use most of it at the end of the shown time. Plans without a name are counted.`,
    act: 'Solid above dashed: pause the controller, see the runbook of MeshRebalanceTooManyConcurrentMoves. Solid along dashed for hours: the limit sets the pace.',
    empty: 'no plan existed in the shown time. A cluster without a dashed line has reported no policy.',
    noValue: 'No plan, no moves',
  },
  lines()
    .withTarget(
      overTime('A', ofTop(MOST_CLUSTERS, CLUSTER, USE_AT_END, CLUSTER_MOVING), '{{namespace}}/{{cluster}} moving'),
    )
    .withTarget(
      overTime('B', ofTop(MOST_CLUSTERS, CLUSTER, USE_AT_END, CLUSTER_LIMIT), '{{namespace}}/{{cluster}} limit'),
    )
    .overrideByRegexp('/ limit$/', DASHED),
);

const failureReasons = panel(
  { id: 11, width: 12, height: 9, unit: 'short' },
  {
    title: 'Failure reasons',
    tells:
      'How often moves, drains and plans failed in the shown time, by reason. A failed move often fails its drain, and that its plan: the three bars of a reason are not three troubles.',
    act: 'Begin with the reason of the most failed plans. Open a plan that failed: its trace has the error.',
    empty: 'nothing failed in the shown time.',
    noValue: 'Nothing failed',
  },
  new BarChartPanel()
    .xField('error_type')
    .orientation(VizOrientation.Horizontal)
    .showValue(VisibilityMode.Always)
    .barWidth(0.8)
    .groupWidth(0.8)
    .fillOpacity(80)
    .decimals(0)
    .axisSoftMin(0)
    .legend(new VizLegendOptionsBuilder().showLegend(true))
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassicByName))
    .withTarget(rows('A', failed('move')))
    .withTarget(rows('B', failed('drain')))
    .withTarget(rows('C', failed('total')))
    .transformations([
      { id: 'joinByField', options: { byField: 'error_type', mode: 'outer' } },
      {
        id: 'organize',
        options: {
          excludeByName: { Time: true, 'Time 1': true, 'Time 2': true, 'Time 3': true },
          indexByName: {},
          renameByName: { 'Value #A': 'Moves', 'Value #B': 'Drains', 'Value #C': 'Plans' },
        },
      },
    ])
    .overrideByName('Moves', inColour(COLOUR.sky))
    .overrideByName('Drains', inColour(COLOUR.blue))
    .overrideByName('Plans', inColour(COLOUR.vermilion)),
);

function failed(phase: 'move' | 'drain' | 'total'): string {
  return `round(${increase('error_type', METRICS.failures.name, '$__range', `phase="${phase}"`)}) > 0`;
}

/** The command of each plan that waits, made of its id; PromQL joins labels only. */
function withCommand(expression: string): string {
  return `label_join(
  label_replace(
    label_replace(
${indented(indented(indented(expression)))},
      "verb", "mesh shards rebalance approve '", "", ""
    ),
    "quote", "'", "", ""
  ),
  "command", "", "verb", "plan_id", "quote"
)`;
}

const approvalQueue = panel(
  { id: 12, width: 24, height: 8, unit: 'short' },
  {
    title: 'Approval queue',
    tells: `Plans that wait for a decision, the one that has waited longest first; orange after ${VALUES.approvalNotice}, red after ${VALUES.approvalOverdue}, when MeshRebalanceApprovalPending fires. With each the command line that approves it.`,
    act: 'Look at the plan, then run its command, or `reject` instead of `approve`. Nobody has to wait for the controller: it goes on by itself.',
    empty: 'nobody waits.',
    noValue: 'No plan waits for approval',
  },
  table({
    queries: [
      rows('A', withCommand(isWaiting(`time() - ${PLAN_STATE_SINCE}`))),
      rows('B', isWaiting(PLAN_SHARDS)),
      rows('C', isWaiting(PLAN_INFO)),
      rows('D', isWaiting(`1000 * ${PLAN_CREATED}`)),
    ],
    columns: [
      { field: 'Value #A', title: 'Waiting', unit: 's', decimals: 1, thresholds: WAIT_COLOURS },
      { field: 'namespace', title: 'Namespace' },
      { field: 'cluster', title: 'Cluster', links: [clusterOfRow()] },
      { field: 'plan_id', title: 'Plan', links: [planOfRow('Value #D')] },
      { field: 'Value #B', title: 'Shards', decimals: 0 },
      { field: 'trigger', title: 'Trigger' },
      { field: 'approval_mode', title: 'Approval' },
      { field: 'command', title: 'Command', width: 460 },
      { field: 'Value #D', title: 'Created', unit: 'dateTimeAsIso' },
    ],
    hidden: ['Value #C', 'trace_id', 'verb', 'quote'],
    sortBy: [{ title: 'Waiting', descending: true }],
  }),
);

const heartbeat = panel(
  { id: 13, width: 12, height: 9, unit: 's' },
  {
    title: 'Controller heartbeat',
    tells: `Seconds since the last heartbeat of each controller's loop, of the 20 that gave theirs longest ago. From ${VALUES.heartbeatTimeout} on it counts as dead. A controller that is gone altogether stays here for ${VALUES.rememberedFor}.`,
    act: 'Dead: nothing approves, drains or moves. Follow the runbook of MeshRebalanceControllerHeartbeatMissing.',
    empty: `no controller of the chosen clusters has reported a heartbeat within ${VALUES.rememberedFor}.`,
    noValue: 'No heartbeat is known',
  },
  statusHistory()
    .decimals(0)
    .thresholds(steps(GOOD, [seconds('heartbeatTimeout') / 2, WATCH], [seconds('heartbeatTimeout'), BAD]))
    .withTarget(
      overTime(
        'A',
        `${HEARTBEAT_AGE}
and on (${CLUSTER})
bottomk(20, max by (${CLUSTER}) (last_over_time(${METRICS.heartbeat.name}[${VALUES.rememberedFor}] @ end())))`,
        '{{namespace}}/{{cluster}}',
      ),
    ),
);

const controllerState = panel(
  { id: 14, width: 12, height: 9, unit: 'short' },
  {
    title: 'Controller state',
    tells:
      'The state of each controller over time, by name and symbol, and a line of its own while it is paused. Where two replicas disagree, the more serious state is shown.',
    act: `A controller that investigates or has failed for ${VALUES.stateBudget} waits for somebody. A pause that nobody remembers is to be ended.`,
    empty: 'no controller of the chosen clusters exported anything in the shown time.',
    noValue: 'No controller reports',
  },
  stateTimeline()
    .withTarget(overTime('A', stateNumber(CLUSTER, 'plan_id=""'), '{{namespace}}/{{cluster}}'))
    .withTarget(overTime('B', PAUSED_NUMBER, '{{namespace}}/{{cluster}} paused')),
);

const guardrails = panel(
  { id: 15, width: 12, height: 8, unit: 'short' },
  {
    title: 'Guardrails',
    tells: 'How often each guardrail held a controller back, in each bar.',
    act: 'maxConcurrentMoves is ordinary work at the limit. Others say what the controller waits for: an incident, replicas that are not healthy, a cooldown.',
    empty: 'no guardrail has ever held a controller back.',
    noValue: 'No guardrail has tripped',
  },
  bars()
    .legend(legendWith('sum'))
    .withTarget(overTime('A', increase('guardrail', METRICS.guardrailTrips.name, '$__rate_interval'), '{{guardrail}}')),
);

const movesEnded = panel(
  { id: 16, width: 12, height: 8, unit: 'short' },
  {
    title: 'Moves that ended',
    tells: 'Moves of all chosen clusters by how they ended, in each bar.',
    act: 'Only failed ones: see Failure reasons. None while plans are at work: see Is it moving?',
    empty: 'no controller of the chosen clusters exported anything in the shown time.',
    noValue: 'No move ended',
  },
  bars()
    .legend(legendWith('sum'))
    .withTarget(overTime('A', increase('outcome', METRICS.moves.name, '$__rate_interval'), '{{outcome}}'))
    .overrideByName('completed', inColour(COLOUR.green))
    .overrideByName('failed', inColour(COLOUR.vermilion))
    .overrideByName('cancelled', inColour(COLOUR.grey)),
);

/** For whoever is on call. */
export const ONCALL: Page = {
  uid: UIDS.oncall,
  title: 'Mesh rebalancing: on-call',
  purpose:
    'For whoever is on call: is it moving, is it safe, who must act; then plans, nodes, approvals and controllers.',
  tags: ['on-call'],
  from: 'now-6h',
  refresh: '30s',
  variables: [datasource, traces, namespace, cluster, node],
  annotations: [firingAlerts(true), stateChanges(false, (expression) => expression)],
  rows: [
    { panels: [isItMoving, isItSafe, whoMustAct, firing, activePlans] },
    { id: 100, title: 'Nodes', panels: [shardsNow, shardsOverTime, movesPerNode, drainTimeline] },
    { id: 101, title: 'Approval', panels: [approvalQueue] },
    { id: 102, title: 'Limits and failures', panels: [concurrency, failureReasons, guardrails, movesEnded] },
    { id: 103, title: 'Controllers', panels: [heartbeat, controllerState] },
  ],
};
