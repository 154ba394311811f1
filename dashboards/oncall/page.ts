import type { Settings } from '../../rules/settings.js';
import { firingAlerts, stateChanges } from '../annotations.js';
import { UIDS } from '../links.js';
import type { Page } from '../page.js';
import { cluster, datasource, namespace, node, traces } from '../variables.js';
import { answers } from './answers.js';
import { approval } from './approval.js';
import { controllers } from './controllers.js';
import { LIMITS_AND_FAILURES } from './limits-and-failures.js';
import { nodes } from './nodes.js';

/** The page for whoever is on call. */
export function oncallPage(settings: Settings): Page {
  const { values } = settings;
  return {
    uid: UIDS.oncall,
    title: 'Mesh rebalancing: on-call',
    purpose:
      'For whoever is on call: is it moving, is it safe, who must act; then plans, nodes, approvals and controllers.',
    tags: ['on-call'],
    from: 'now-6h',
    refresh: '30s',
    variables: [datasource, traces, namespace, cluster, node],
    annotations: [firingAlerts(true), stateChanges(false, (ofAllPlans) => ofAllPlans)],
    rows: [answers(settings), nodes(values), approval(values), LIMITS_AND_FAILURES, controllers(values)],
  };
}
