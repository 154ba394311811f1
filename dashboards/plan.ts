import { LogsDedupStrategy, LogsSortOrder } from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder as GenericPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as LogsPanel } from '@grafana/grafana-foundation-sdk/logs';
import { DataqueryBuilder as LokiQuery } from '@grafana/grafana-foundation-sdk/loki';
import { SearchTableType, DataqueryBuilder as TempoQuery } from '@grafana/grafana-foundation-sdk/tempo';
import { TextMode, PanelBuilder as TextPanel } from '@grafana/grafana-foundation-sdk/text';
import {
  ATTR_CLUSTER,
  ATTR_NAMESPACE,
  ATTR_NODE_ID,
  ATTR_OUTCOME,
  ATTR_PLAN_ID,
  METRICS,
} from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { CLUSTER, DRAIN, NAMED_PLAN, PLAN } from '../rules/selectors.js';
import { firingAlerts, stateChanges } from './annotations.js';
import { clusterOfRow, runbookOfRow, UIDS } from './links.js';
import { ANY_STREAM, inLoki } from './loki.js';
import type { Page } from './page.js';
import { BAD, COLOUR, PLAIN, STATE_NAMES, valueMap, WATCH } from './palette.js';
import { now, overTime, panel, rawQuery, rows } from './panel.js';
import {
  CLUSTER_LIMIT,
  DRAIN_REMAINING,
  FIRING,
  HEARTBEAT_AGE,
  inside,
  max,
  NODE,
  ofThePlan,
  PLAN_CREATED,
  PLAN_ETA,
  PLAN_INFO,
  PLAN_MOVING,
  PLAN_PROGRESS,
  PLAN_REMAINING,
  PLAN_SHARDS,
  stateNumber,
} from './queries.js';
import { reference } from './reference.js';
import { ALERTS } from './selection.js';
import { PagedTable, table } from './table.js';
import { risingTo, seconds, steps, VALUES } from './thresholds.js';
import {
  cluster,
  datasource,
  JAEGER_SOURCE,
  jaeger,
  LOGS_SOURCE,
  logs,
  namespace,
  node,
  planId,
  TRACES_SOURCE,
  traceId,
  traces,
} from './variables.js';
import { barGauge, coloured, DASHED, inColour, lines, stat, stateTimeline } from './visuals.js';

/**
 * What the plan last said in the shown time, though it may have ended and retired since. The aggregation is inside, so
 * that a process that was replaced by another has no say any more.
 */
const lastly = (expression: string) => `last_over_time((${ofThePlan(expression)})[$__range:1m])`;

const thePlan = panel(
  { id: 1, width: 24, height: 4, unit: 'short' },
  {
    title: 'Plan',
    tells: 'What the chosen plan is and how it stood when it was last seen in the shown time.',
    act: 'Two rows: two clusters have a plan of this id; choose one of them above. State failed: its trace has the error.',
    empty: 'no plan is chosen, or it was not there in the shown time: choose one above, or a longer time.',
    noValue: 'No such plan in the shown time',
  },
  table({
    queries: [
      rows('A', `${lastly(max(`${PLAN}, state`, METRICS.state.name, NAMED_PLAN))} == 1`),
      rows('B', lastly(PLAN_INFO)),
      rows('C', `1000 * ${lastly(PLAN_CREATED)}`),
      rows('D', lastly(PLAN_SHARDS)),
      rows('E', lastly(PLAN_PROGRESS)),
      rows('F', lastly(phase('total'))),
    ],
    columns: [
      { field: 'namespace', title: 'Namespace' },
      { field: 'cluster', title: 'Cluster', links: [clusterOfRow()] },
      { field: 'plan_id', title: 'Plan' },
      { field: 'state', title: 'State', mapping: STATE_NAMES },
      { field: 'Value #C', title: 'Created', unit: 'dateTimeAsIso' },
      { field: 'Value #F', title: 'Time so far', unit: 's', decimals: 1 },
      { field: 'Value #E', title: 'Moved', unit: 'percentunit', decimals: 0, bar: true, width: 160 },
      { field: 'Value #D', title: 'Shards', decimals: 0 },
      { field: 'trigger', title: 'Trigger' },
      { field: 'approval_mode', title: 'Approval' },
      { field: 'trace_id', title: 'Trace' },
    ],
    hidden: ['Value #A', 'Value #B'],
    sortBy: [],
  }),
);

function phase(name: 'approval' | 'drain' | 'move' | 'total'): string {
  return max(PLAN, METRICS.duration.name, `${NAMED_PLAN},phase="${name}"`);
}

/** A controller that was restarted no longer knows how long its plan waited; Prometheus does. */
const WAITED = lastly(phase('approval')).replace(/^last_over_time/, 'max_over_time');

const commands = panel(
  { id: 2, width: 8, height: 6, unit: 'short' },
  {
    title: 'Commands',
    tells: 'The command lines for the chosen plan.',
    act: '`show` first. `approve` and `reject` work while it waits, `cancel` until it ends.',
    empty: 'no plan is chosen.',
    noValue: 'No plan is chosen',
  },
  new TextPanel().mode(TextMode.Markdown).content(`\`\`\`sh
mesh shards rebalance show '$plan_id'
mesh shards rebalance watch '$plan_id'
mesh shards rebalance approve '$plan_id'
mesh shards rebalance reject '$plan_id' --reason '…'
mesh shards rebalance cancel '$plan_id' --reason '…'
\`\`\``),
);

const eta = panel(
  { id: 3, width: 8, height: 6, unit: 's' },
  {
    title: 'ETA',
    tells: `Time left at the pace so far: the shards left, divided by those moved per second at work; the wait for approval does not count. Below it when that is. Only while the plan is at work, something moved within ${VALUES.stuckAfter} and nothing holds it back.`,
    act: 'Grows with every look: the plan gets slower; see Moves and Drains.',
    empty: 'the plan does not move at present: it waits, is held back, is stuck, or has ended.',
    noValue: 'None: the plan does not move',
  },
  stat()
    .decimals(1)
    .withTarget(now('A', ofThePlan(PLAN_ETA), 'Time left'))
    .withTarget(now('B', `1000 * (${inside(`time() + (${inside(ofThePlan(PLAN_ETA))})`)})`, 'Done'))
    .overrideByName('Done', [{ id: 'unit', value: 'dateTimeAsIso' }]),
);

const alerts = panel(
  { id: 4, width: 8, height: 6, unit: 'short' },
  {
    title: 'Alerts on this plan',
    tells: 'The alerts that fire for the chosen plan.',
    act: 'Click an alert for its runbook.',
    empty:
      'no alert fires for it, or Prometheus does not evaluate `mesh-rebalance.alerts.yaml`. Alerts on its cluster are on the on-call page.',
    noValue: 'No alert fires for this plan',
  },
  table({
    queries: [
      rows(
        'A',
        `max by (alertname, severity, namespace, cluster, plan_id, node) (${ALERTS}{${FIRING},plan_id="$plan_id"})`,
      ),
    ],
    columns: [
      {
        field: 'severity',
        title: 'Severity',
        width: 110,
        mapping: valueMap([
          ['critical', { text: '✖ critical', color: BAD }],
          ['warning', { text: '▲ warning', color: WATCH }],
          ['info', { text: '● info', color: PLAIN }],
        ]),
      },
      { field: 'alertname', title: 'Alert', links: [runbookOfRow()] },
      { field: 'node', title: 'Node' },
    ],
    hidden: ['Value', 'namespace', 'cluster', 'plan_id'],
    sortBy: [{ title: 'Severity', descending: false }],
  }),
);

const states = panel(
  { id: 5, width: 24, height: 4, unit: 'short' },
  {
    title: 'State over time',
    tells: 'The state of the plan over time, by name and symbol.',
    act: `Long in rebalancePending: nobody has approved it. Long in investigating (${VALUES.stateBudget}): it waits for something that does not come.`,
    empty: 'the plan was not there in the shown time.',
    noValue: 'No such plan in the shown time',
  },
  stateTimeline().withTarget(overTime('A', ofThePlan(stateNumber(PLAN, NAMED_PLAN)), '{{namespace}}/{{cluster}}')),
);

const progress = panel(
  { id: 6, width: 12, height: 8, unit: 'short' },
  {
    title: 'Progress',
    tells: 'Shards that the plan has yet to move (solid) of all it moves (dashed).',
    act: `Level for ${VALUES.stuckAfter} while the plan is at work and not held back: it is stuck, follow the runbook of MeshRebalanceStuck. A rising dashed line: the plan found more to move.`,
    empty: 'the plan was not there in the shown time.',
    noValue: 'No such plan in the shown time',
  },
  lines()
    .withTarget(overTime('A', ofThePlan(PLAN_REMAINING), 'Left'))
    .withTarget(overTime('B', ofThePlan(PLAN_SHARDS), 'In all'))
    .overrideByName('Left', inColour(COLOUR.blue))
    .overrideByName('In all', [...DASHED, ...inColour(COLOUR.grey)]),
);

const drains = panel(
  { id: 7, width: 12, height: 8, unit: 'short' },
  {
    title: 'Drains',
    tells: 'Shards that each node of the plan has yet to give up.',
    act: `One line level for ${VALUES.drainStalledAfter} while others fall: look at that node first (runbook of MeshRebalanceNodeDrainStalled). Nodes may wait their turn.`,
    empty: 'the plan drains no chosen node, or was not there in the shown time.',
    noValue: 'No node drains in this plan',
  },
  lines().withTarget(overTime('A', ofThePlan(DRAIN_REMAINING), '{{node}}')),
);

const moves = panel(
  { id: 8, width: 12, height: 8, unit: 'short' },
  {
    title: 'Moves',
    tells:
      "Moves of the plan in flight (solid), the most that the cluster's policy allows for all its plans together (dashed), and the shards that the plan has moved from one bar to the next.",
    act: 'In flight and no bars: the moves hang. Nothing in flight: something holds the plan back; see Controller state on the on-call page.',
    empty: 'the plan was not there in the shown time.',
    noValue: 'No such plan in the shown time',
  },
  lines()
    .maxDataPoints(120)
    .withTarget(overTime('A', ofThePlan(PLAN_MOVING), 'In flight'))
    .withTarget(
      overTime(
        'B',
        ofThePlan(
          `${CLUSTER_LIMIT}\nand on (${CLUSTER})\ngroup by (${CLUSTER}) (${METRICS.planShards.name}{${NAMED_PLAN}})`,
        ),
        'Limit',
      ),
    )
    .withTarget(
      overTime(
        'C',
        ofThePlan(
          `clamp_min(max by (${PLAN}) (${METRICS.planShardsRemaining.name}{${NAMED_PLAN}} offset $__interval) - ${PLAN_REMAINING}, 0)`,
        ),
        'Moved',
      ),
    )
    .overrideByName('In flight', inColour(COLOUR.blue))
    .overrideByName('Limit', [...DASHED, ...inColour(COLOUR.vermilion)])
    .overrideByName('Moved', [
      ...inColour(COLOUR.green),
      { id: 'custom.drawStyle', value: 'bars' },
      { id: 'custom.fillOpacity', value: 60 },
    ]),
);

const approval = panel(
  { id: 9, width: 6, height: 8, unit: 'short' },
  {
    title: 'Approval',
    tells: `How long the plan has waited for approval, orange after ${VALUES.approvalNotice}, red after ${VALUES.approvalOverdue}, and how its requests were decided within the last 30 days.`,
    act: 'Waiting and undecided: run `approve` or `reject` beside. Who decided is in the trace and in Events.',
    empty: 'the plan was not there in the shown time.',
    noValue: 'No such plan in the shown time',
  },
  stat()
    .withTarget(now('A', WAITED, 'Waited'))
    .withTarget(now('B', decisions('approved'), '✔ Approved'))
    .withTarget(now('C', decisions('rejected'), '✖ Rejected'))
    .withTarget(now('D', decisions('expired'), '◌ Expired'))
    .overrideByName('Waited', coloured(risingTo(seconds('approvalNotice'), seconds('approvalOverdue')), 's')),
);

/** Over so long that the decision is seen whatever time is shown; of replicas that count the same, one. */
function decisions(decision: string): string {
  return ofThePlan(
    `round(max by (${PLAN}) (increase(${METRICS.planApprovals.name}{${NAMED_PLAN},decision="${decision}"}[30d])))`,
  );
}

const timeSoFar = panel(
  { id: 10, width: 6, height: 8, unit: 's' },
  {
    title: 'Time so far',
    tells:
      'How long the plan has waited for approval, and how long it has been at work: everything else since its creation. Of the work, how long any node drained and any shard moved; these overlap.',
    act: `At work for more than ${VALUES.workBudget}: MeshRebalanceRunningTooLong. Much work and little moving: it is held back.`,
    empty: 'the plan was not there in the shown time.',
    noValue: 'No such plan in the shown time',
  },
  barGauge()
    .decimals(1)
    .withTarget(now('A', WAITED, 'Waiting'))
    .withTarget(now('B', `${lastly(phase('total'))} - ${WAITED}`, 'At work'))
    .withTarget(now('C', lastly(phase('drain')), '… draining'))
    .withTarget(now('D', lastly(phase('move')), '… moving'))
    .overrideByName('Waiting', coloured(steps(COLOUR.purple))),
);

const BEFORE = `last_over_time((
  ${max(NODE, METRICS.nodeShards.name, 'node=~"$node"')}
  and on (${CLUSTER}) (max by (${CLUSTER}) (${METRICS.planShardsRemaining.name}{${NAMED_PLAN}}) == max by (${CLUSTER}) (${METRICS.planShards.name}{${NAMED_PLAN}}))
)[$__range:1m])`;
const OF_ITS_CLUSTER = `and on (${CLUSTER})\ngroup by (${CLUSTER}) (last_over_time(${METRICS.planShards.name}{${NAMED_PLAN}}[$__range]))`;
const NODES_NOW = max(NODE, METRICS.nodeShards.name, 'node=~"$node"');
const LEFT_BY_NODE = `sum by (${NODE}) (${max(DRAIN, METRICS.drainShardsRemaining.name, NAMED_PLAN)})`;
const RECEIVERS = `${max(NODE, METRICS.nodeShards.name)} unless on (${NODE}) ${LEFT_BY_NODE}`;
const TARGET = `(${NODES_NOW} - on (${NODE}) ${LEFT_BY_NODE})
or on (${NODE})
(
  (${NODES_NOW} unless on (${NODE}) ${LEFT_BY_NODE})
  + on (${CLUSTER}) group_left ()
  (max by (${CLUSTER}) (${METRICS.planShardsRemaining.name}{${NAMED_PLAN}}) / on (${CLUSTER}) count by (${CLUSTER}) (${RECEIVERS}))
)`;

const balance = panel(
  { id: 11, width: 24, height: 10, unit: 'short' },
  {
    title: 'Balance',
    tells:
      'What the plan does to each node of its cluster: the shards before its first move, now, and when it is done. A node that drains ends with what it has less what it has yet to give up; for the others an even share of what is left is assumed, because the controller does not tell which node takes which shard.',
    act: 'Now far from the target while the plan is over: it has not done what it should. One node takes it all: the target choice is broken.',
    empty:
      'the plan was not there in the shown time. Before is empty if the shown time begins after its first move, After once it has retired.',
    noValue: 'No such plan in the shown time',
  },
  table({
    queries: [
      rows('A', ofThePlan(`${NODES_NOW}\n${OF_ITS_CLUSTER}`)),
      rows('B', ofThePlan(BEFORE)),
      rows('C', ofThePlan(TARGET)),
    ],
    columns: [
      { field: 'namespace', title: 'Namespace' },
      { field: 'cluster', title: 'Cluster' },
      { field: 'node', title: 'Node' },
      { field: 'Value #B', title: 'Before', decimals: 0, noValue: '–' },
      { field: 'Value #A', title: 'Now', decimals: 0, noValue: '–' },
      { field: 'Value #C', title: 'After', decimals: 1, noValue: '–' },
    ],
    hidden: [],
    sortBy: [{ title: 'Before', descending: true }],
  }),
);

const controller = panel(
  { id: 12, width: 24, height: 4, unit: 's' },
  {
    title: "Its controller's heartbeat",
    tells: 'Seconds since the last heartbeat of the controller that runs the plan.',
    act: `From ${VALUES.heartbeatTimeout} on the controller is dead: nothing here will change, whatever is done to the plan.`,
    empty: `the controller has reported no heartbeat within ${VALUES.rememberedFor}.`,
    noValue: 'No heartbeat is known',
  },
  stat()
    .withTarget(now('A', ofThePlan(`${HEARTBEAT_AGE}\n${OF_ITS_CLUSTER}`), '{{namespace}}/{{cluster}}'))
    .thresholds(risingTo(seconds('heartbeatTimeout') / 2, seconds('heartbeatTimeout'))),
);

const SPANS_OF_PLAN = `{ span.${ATTR_PLAN_ID} = "$plan_id" }`;

const trace = panel(
  { id: 13, width: 24, height: 10, unit: 'short', source: TRACES_SOURCE },
  {
    title: 'Trace',
    tells:
      "The steps of the plan as spans, in Tempo: its creation, approval, each drain, each move. A step shows when it has ended. Asked for by the plan's id, so that it works without knowing the trace.",
    act: 'Sort by duration, or look for the status error. Click a span for the whole trace.',
    empty:
      'no span of this plan is in Tempo for the shown time: tracing is off, another store keeps the traces, or they have been deleted.',
    noValue: 'Tempo has no span of this plan',
  },
  new PagedTable()
    .showHeader(true)
    .withTarget(
      new TempoQuery()
        .refId('A')
        .datasource(TRACES_SOURCE)
        .queryType('traceql')
        .query(`${SPANS_OF_PLAN} | select(status, span.${ATTR_NODE_ID}, span.${ATTR_OUTCOME})`)
        .tableType(SearchTableType.Spans)
        .limit(20)
        .spss(100)
        .filters([]),
    ),
);

const waterfall = panel(
  { id: 14, width: 24, height: 14, unit: 'short', source: TRACES_SOURCE },
  {
    title: 'Trace as a waterfall',
    tells: "The plan's trace in Tempo, found by the trace id that the plan's metrics carry.",
    act: 'The longest bar is where the time went; a red one has the error.',
    empty: 'the plan has no trace id (tracing is off), or Tempo does not have the trace.',
    noValue: 'Tempo does not have this trace',
  },
  new GenericPanel()
    .type('traces')
    .withTarget(
      new TempoQuery()
        .refId('A')
        .datasource(TRACES_SOURCE)
        .queryType('traceql')
        .query(reference('trace_id'))
        .limit(20)
        .tableType(SearchTableType.Traces)
        .filters([]),
    ),
);

const inJaeger = panel(
  { id: 15, width: 24, height: 14, unit: 'short', source: JAEGER_SOURCE },
  {
    title: 'Trace in Jaeger',
    tells: "The plan's trace in Jaeger, found by the trace id that the plan's metrics carry.",
    act: 'As with the one in Tempo.',
    empty: 'the plan has no trace id (tracing is off), or Jaeger does not have the trace.',
    noValue: 'Jaeger does not have this trace',
  },
  new GenericPanel()
    .type('traces')
    .withTarget(rawQuery({ refId: 'A', datasource: JAEGER_SOURCE, query: reference('trace_id') })),
);

const events = panel(
  { id: 16, width: 24, height: 12, unit: 'short', source: LOGS_SOURCE },
  {
    title: 'Events',
    tells:
      'The log events of the plan, the newest first: changes of state with their reasons, approvals with who decided, progress of drains, guardrails.',
    act: 'Open a line for its attributes. The last line before a standstill often says why.',
    empty: 'no event of this plan is in Loki for the shown time: log events are off, or go elsewhere.',
    noValue: 'Loki has no event of this plan',
  },
  new LogsPanel()
    .showTime(true)
    .wrapLogMessage(true)
    .prettifyLogMessage(false)
    .enableLogDetails(true)
    .sortOrder(LogsSortOrder.Descending)
    .dedupStrategy(LogsDedupStrategy.None)
    .withTarget(
      new LokiQuery()
        .refId('A')
        .datasource(LOGS_SOURCE)
        .queryType('range')
        .maxLines(500)
        .expr(
          `${ANY_STREAM} | ${inLoki(ATTR_PLAN_ID)}="$plan_id" | ${inLoki(ATTR_NAMESPACE)}=~"$namespace" | ${inLoki(ATTR_CLUSTER)}=~"$cluster"`,
        ),
    ),
);

/** Everything about one plan. */
export const PLAN_PAGE: Page = {
  uid: UIDS.plan,
  title: 'Mesh rebalancing: one plan',
  purpose:
    'Everything about one plan: its states, progress, drains, moves, approval, what it does to the nodes, its trace and its events.',
  tags: ['plan'],
  from: 'now-6h',
  refresh: '30s',
  variables: [datasource, traces, jaeger, logs, namespace, cluster, planId, node, traceId],
  annotations: [firingAlerts(true), stateChanges(true, ofThePlan)],
  rows: [
    {
      panels: [thePlan, states, eta, alerts, commands, progress, drains, moves, approval, timeSoFar, controller],
    },
    { id: 100, title: 'What it does to the nodes', panels: [balance] },
    { id: 101, title: 'Trace and events', panels: [trace, events] },
    { id: 102, title: 'Trace as a waterfall (Tempo)', collapsed: true, panels: [waterfall] },
    { id: 103, title: 'Trace in Jaeger', collapsed: true, panels: [inJaeger] },
  ],
};
