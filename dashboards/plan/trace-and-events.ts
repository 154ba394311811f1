import {
  ATTR_CLUSTER,
  ATTR_NAMESPACE,
  ATTR_NODE_ID,
  ATTR_OUTCOME,
  ATTR_PLAN_ID,
  ATTR_SHARD_ID,
} from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { JAEGER_SOURCE, LOGS_SOURCE, TRACES_SOURCE } from '../data-sources.js';
import type { PageRow } from '../layout.js';
import { ANY_STREAM, inLoki } from '../loki.js';
import type { PagePanel, Query } from '../panel.js';
import { answeredTable } from '../table-panel.js';
import { reference } from '../variable-reference.js';

const CHOSEN_PLAN = reference('plan_id:regex');
const SPANS_OF_PLAN = `{ span.${ATTR_PLAN_ID} =~ \`${CHOSEN_PLAN}\` }`;

function traceQl(query: string, options: object): Query {
  return { options: { queryType: 'traceql', query, limit: 20, filters: [], ...options } };
}

const TRACE: PagePanel = {
  width: 14,
  height: 9,
  unit: 'none',
  source: TRACES_SOURCE,
  title: 'Trace',
  shows:
    "The steps of the plan as spans, in Tempo: its creation, approval, each drain, each move. A step shows when it has ended. Asked for by the plan's id, so that it works without knowing the trace.",
  act: 'Sort by duration, or look for the status error. Click a span for the whole trace.',
  empty:
    'no span of this plan is in Tempo for the shown time: tracing is off, another store keeps the traces, or they have been deleted.',
  noValue: 'Tempo has no span of this plan',
  visual: answeredTable(
    [
      { label: 'Name', title: 'Step', minWidth: 170 },
      { label: ATTR_NODE_ID, title: 'Node', width: 90 },
      { label: ATTR_SHARD_ID, title: 'Shard', width: 95 },
      { label: ATTR_OUTCOME, title: 'Outcome', width: 95 },
      { label: 'status', title: 'Status', width: 65 },
      { label: 'Duration', title: 'Duration', decimals: 1, width: 85 },
      { label: 'Start time', title: 'Start', unit: 'dateTimeAsIso', width: 155 },
      { label: 'Span ID', title: 'Span', width: 148 },
    ],
    // Every step has the same.
    ['Trace Service', 'Trace Name', ATTR_PLAN_ID],
  ),
  queries: [
    traceQl(`${SPANS_OF_PLAN} | select(status, span.${ATTR_NODE_ID}, span.${ATTR_SHARD_ID}, span.${ATTR_OUTCOME})`, {
      tableType: 'spans',
      spss: 100,
    }),
  ],
};

const EVENTS: PagePanel = {
  width: 10,
  height: 9,
  unit: 'none',
  source: LOGS_SOURCE,
  title: 'Events',
  shows:
    'The log events of the plan, the newest first, a sentence each: changes of state with their reasons, approvals with who decided, progress of drains, guardrails.',
  act: 'Open a line for its attributes. The last line before a standstill often says why.',
  empty: 'no event of this plan is in Loki for the shown time: log events are off, or go elsewhere.',
  noValue: 'Loki has no event of this plan',
  visual: {
    type: 'logs',
    options: {
      showTime: true,
      showLabels: false,
      showCommonLabels: false,
      showLogContextToggle: false,
      wrapLogMessage: true,
      prettifyLogMessage: false,
      enableLogDetails: true,
      sortOrder: 'Descending',
      dedupStrategy: 'none',
    },
  },
  queries: [
    {
      options: {
        queryType: 'range',
        maxLines: 500,
        expr: `${ANY_STREAM} | ${inLoki(ATTR_PLAN_ID)}=~\`${CHOSEN_PLAN}\` | ${inLoki(ATTR_NAMESPACE)}=~\`${reference('namespace:regex')}\` | ${inLoki(ATTR_CLUSTER)}=~\`${reference('cluster:regex')}\``,
      },
    },
  ],
};

/** Steps and events of the plan. */
export const TRACE_AND_EVENTS: PageRow = { title: 'Trace and events', panels: [TRACE, EVENTS] };

/** Its trace as one picture, where Tempo keeps it. */
export const TRACE_IN_TEMPO: PageRow = {
  title: 'Trace as a waterfall (Tempo)',
  collapsed: true,
  panels: [
    {
      width: 24,
      height: 14,
      unit: 'none',
      source: TRACES_SOURCE,
      title: 'Trace as a waterfall',
      shows: "The plan's trace in Tempo, found by the trace id that the plan's metrics carry.",
      act: 'The longest bar is where the time went; a red one has the error.',
      empty: 'the plan has no trace id (tracing is off), or Tempo does not have the trace.',
      noValue: 'Tempo does not have this trace',
      visual: { type: 'traces' },
      queries: [traceQl(reference('trace_id'), { tableType: 'traces' })],
    },
  ],
};

/** The same where Jaeger keeps it. */
export const TRACE_IN_JAEGER: PageRow = {
  title: 'Trace in Jaeger',
  collapsed: true,
  panels: [
    {
      width: 24,
      height: 14,
      unit: 'none',
      source: JAEGER_SOURCE,
      title: 'Trace in Jaeger',
      shows: "The plan's trace in Jaeger, found by the trace id that the plan's metrics carry.",
      act: 'As with the one in Tempo.',
      empty: 'the plan has no trace id (tracing is off), or Jaeger does not have the trace.',
      noValue: 'Jaeger does not have this trace',
      visual: { type: 'traces' },
      queries: [{ options: { query: reference('trace_id') } }],
    },
  ],
};
