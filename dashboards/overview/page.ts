import type { Settings } from '../../rules/settings.js';
import { firingAlerts } from '../annotations.js';
import { UIDS } from '../links.js';
import type { Page } from '../page.js';
import { cluster, datasource, namespace } from '../variables.js';
import { fleet } from './fleet.js';

/** The page for those who answer for the fleet. */
export function overviewPage({ values }: Settings): Page {
  return {
    uid: UIDS.overview,
    title: 'Mesh rebalancing: overview',
    purpose:
      'For those who answer for the fleet: is it well, how many plans, how long do they take, who waits, what fails.',
    tags: ['overview'],
    from: 'now-30d',
    refresh: '5m',
    variables: [datasource, namespace, cluster],
    annotations: [firingAlerts(false)],
    rows: [fleet(values)],
  };
}
