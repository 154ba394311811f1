import { METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { is, series } from '../../rules/promql/index.js';
import type { Settings } from '../../rules/settings.js';
import { clusterOfRow, planPage, runbookOfRow } from '../links.js';
import { SEVERITY_NAMES } from '../palette.js';
import { type PagePanel, rows } from '../panel.js';
import { FIRING_ALERTS_AND_CLUSTERLESS } from '../queries/alerts.js';
import { increaseBy } from '../queries/shapes.js';
import { table } from '../table-panel.js';

export function firing(settings: Settings): PagePanel {
  return {
    width: 15,
    height: 5,
    unit: 'none',
    title: 'Firing alerts',
    shows:
      'Every alert of this package that fires for the chosen clusters, critical ones first, and those on the way of the telemetry (Prometheus, Collectors), which belong to no cluster. **Active since**: when the condition of its rule began to hold, not when it fired. What is wrong may be older still, as with a plan without progress: Active plans says for how long.',
    act: 'Click the name for its runbook, the plan for its page. Critical first: the others are often its consequences.',
    empty: 'no alert fires, or Prometheus does not evaluate `mesh-rebalance.alerts.yaml`.',
    noValue: 'No alert fires',
    ...table({
      queries: {
        firing: rows(FIRING_ALERTS_AND_CLUSTERLESS.severity),
        since: rows(FIRING_ALERTS_AND_CLUSTERLESS.activeSince),
      },
      columns: [
        { value: 'firing', title: 'Severity', width: 110, mapping: SEVERITY_NAMES },
        { label: 'alertname', title: 'Alert', minWidth: 260, link: runbookOfRow(settings) },
        { value: 'since', title: 'Active since', unit: 'dateTimeAsIso', width: 155 },
        { label: 'cluster', title: 'Cluster', width: 90, link: clusterOfRow },
        { label: 'plan_id', title: 'Plan', width: 190, link: planPage },
        { label: 'node', title: 'Node', width: 110 },
        { label: 'instance', title: 'Instance', width: 150 },
        { label: 'namespace', title: 'Namespace', unseen: true },
      ],
      hidden: ['severity'],
      sortBy: [
        { title: 'Severity', descending: true },
        { title: 'Active since', descending: false },
      ],
    }),
  };
}

export const FAILURE_REASONS: PagePanel = {
  width: 9,
  height: 5,
  unit: 'none',
  title: 'Failure reasons',
  shows:
    'How often plans, drains and moves failed in the shown time, by reason. A failed move often fails its drain, and that its plan: the three numbers of a reason are not three troubles.',
  act: 'Begin with the reason of the most failed plans. Open a plan that failed: its trace has the error.',
  empty: 'nothing failed in the shown time.',
  noValue: 'Nothing failed',
  ...table({
    queries: { moves: failed('move'), drains: failed('drain'), plans: failed('total') },
    columns: [
      { label: 'error_type', title: 'Reason' },
      { value: 'plans', title: 'Plans', decimals: 0, width: 75 },
      { value: 'drains', title: 'Drains', decimals: 0, width: 75 },
      { value: 'moves', title: 'Moves', decimals: 0, width: 75 },
    ],
    sortBy: [
      { title: 'Plans', descending: true },
      { title: 'Moves', descending: true },
    ],
  }),
};

function failed(phase: 'move' | 'drain' | 'total') {
  return rows(increaseBy(['error_type'], series(METRICS.failures, is('phase', phase)), '$__range').above(0));
}
