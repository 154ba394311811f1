import { runbookUrl, type Settings } from '../rules/settings.js';
import type { CellLink, Link, RowLink } from './model.js';
import { reference } from './variable-reference.js';

/** The tag by which the dashboards find each other. */
export const TAG = 'mesh-rebalance';

/** uid of each dashboard; never changes. */
export const UIDS = {
  overview: 'mesh-rebalance-overview',
  oncall: 'mesh-rebalance-oncall',
  plan: 'mesh-rebalance-plan',
} as const;

/** A list of all dashboards of this package, which keeps the time and what has been chosen. */
export const SIBLINGS: Link = {
  title: 'Rebalancing',
  type: 'dashboards',
  tags: [TAG],
  asDropdown: false,
  includeVars: true,
  keepTime: true,
  targetBlank: false,
  icon: 'external link',
  tooltip: '',
};

function linkTo(title: string, url: string, targetBlank = false): CellLink {
  return { title, url, targetBlank };
}

const SOURCES = reference('datasource:queryparam');
const SHOWN_TIME = reference('__url_time_range');
const field = (name: string) => reference(`__data.fields.${name}:percentencode`);
const ROW_CLUSTER = `var-namespace=${field('namespace')}&var-cluster=${field('cluster')}`;

/**
 * From a row of a table to its plan's page, which begins at the plan's creation.
 *
 * @param created the query that gives it, in milliseconds
 */
export function planOfRow<Key extends string>(created: Key): RowLink<Key> {
  const variables = `${SOURCES}&${reference('traces:queryparam')}&${ROW_CLUSTER}&var-plan_id=${field('plan_id')}`;
  return (fieldOf) =>
    linkTo(
      'Open the plan',
      `/d/${UIDS.plan}?${variables}&from=${reference(`__data.fields["${fieldOf(created)}"].numeric`)}&to=now`,
    );
}

/** Link from a row of a table to its plan's page. */
export function planPage(): CellLink {
  const variables = `${SOURCES}&${ROW_CLUSTER}&var-plan_id=${field('plan_id')}`;
  return linkTo('Open the plan', `/d/${UIDS.plan}?${variables}&${SHOWN_TIME}`);
}

/** Link from a row of a table to its cluster on the on-call page. */
export function clusterOfRow(): CellLink {
  return linkTo('Open the cluster', `/d/${UIDS.oncall}?${SOURCES}&${ROW_CLUSTER}&${SHOWN_TIME}`);
}

/** Link from a panel to the on-call page of what is chosen. */
export const ONCALL_PAGE: Link = {
  title: 'On-call',
  type: 'link',
  tags: [],
  asDropdown: false,
  includeVars: false,
  keepTime: false,
  targetBlank: false,
  icon: '',
  tooltip: '',
  placement: 'inControlsMenu',
  url: `/d/${UIDS.oncall}?${SOURCES}&${reference('namespace:queryparam')}&${reference('cluster:queryparam')}&${SHOWN_TIME}`,
};

/** Link from a row of a table to its trace. */
export function traceOfRow(): CellLink {
  return linkTo('Open the trace', explore(reference('traces'), reference('__value.raw')));
}

/** Link from the name of an alert to its runbook. */
export function runbookOfRow(settings: Settings): () => CellLink {
  return () => linkTo('Open the runbook', runbookUrl(settings, reference('__data.fields.alertname')), true);
}

/** Explore, with the trace of an id. Variables must stay as they are, everything else is encoded. */
function explore(source: string, traceId: string): string {
  const query = { refId: 'A', datasource: { type: 'tempo', uid: source }, queryType: 'traceql', query: traceId };
  const panes = { trace: { datasource: source, queries: [query], range: { from: 'now-7d', to: 'now' } } };
  const encoded = encodeURIComponent(JSON.stringify(panes));
  const readable = encoded.replaceAll(/%24%7B(\w+(?:\.\w+)*)%7D/g, (_, name: string) => reference(name));
  return `/explore?schemaVersion=1&orgId=1&panes=${readable}`;
}
