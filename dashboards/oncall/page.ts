import type { Settings } from '../../rules/settings.js';
import { firingAlerts, stateChanges } from '../annotations.js';
import { UIDS } from '../links.js';
import type { Page } from '../page.js';
import { cluster, datasource, namespace, node, traces } from '../variables.js';
import { answers } from './answers.js';
import { controllers } from './controllers.js';
import { CONCURRENCY, MOVES_ENDED } from './moves.js';
import { nodesAtWork, SHARDS_OVER_TIME } from './nodes.js';

/** The page for whoever is on call. */
export function oncallPage(settings: Settings): Page {
  const { values } = settings;
  return {
    uid: UIDS.oncall,
    title: 'Mesh rebalancing: on-call',
    purpose:
      'For whoever is on call: is anything wrong, which plan, why, since when, who must act, what to run; then nodes, moves and controllers.',
    tags: ['on-call'],
    from: 'now-6h',
    refresh: '30s',
    variables: [datasource, traces, namespace, cluster, node],
    annotations: [firingAlerts(true), stateChanges(false, (ofAllPlans) => ofAllPlans)],
    rows: [
      answers(settings),
      {
        title: 'Nodes, moves and controllers',
        panels: [nodesAtWork(values), SHARDS_OVER_TIME, CONCURRENCY, MOVES_ENDED, controllers(values)],
      },
    ],
  };
}
