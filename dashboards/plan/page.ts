import type { Settings } from '../../rules/settings.js';
import { firingAlerts, stateChanges } from '../annotations.js';
import { UIDS } from '../links.js';
import type { Page } from '../page.js';
import { ofThePlan } from '../queries/plans.js';
import { cluster, datasource, jaeger, logs, namespace, node, planId, traceId, traces } from '../variables.js';
import { thePlan } from './the-plan.js';
import { TRACE_AND_EVENTS, TRACE_IN_JAEGER, TRACE_IN_TEMPO } from './trace-and-events.js';

/** Everything about one plan. */
export function planPage(settings: Settings): Page {
  return {
    uid: UIDS.plan,
    title: 'Mesh rebalancing: one plan',
    purpose:
      'Everything about one plan: its states, progress, drains, moves, approval, what it does to the nodes, its trace and its events.',
    tags: ['plan'],
    from: 'now-6h',
    refresh: '30s',
    variables: [datasource, traces, jaeger, logs, namespace, cluster, planId, node, traceId],
    annotations: [firingAlerts(true), stateChanges(true, ofThePlan)],
    rows: [thePlan(settings), TRACE_AND_EVENTS, TRACE_IN_TEMPO, TRACE_IN_JAEGER],
  };
}
