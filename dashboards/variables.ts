import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableHide,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { NAMED_PLAN } from '../rules/selectors.js';
import { reference } from './reference.js';
import { selected } from './selection.js';

/** Where each kind of telemetry is kept: chosen by the reader. */
export const METRICS_SOURCE: DataSourceRef = { type: 'prometheus', uid: reference('datasource') };
export const TRACES_SOURCE: DataSourceRef = { type: 'tempo', uid: reference('traces') };
export const JAEGER_SOURCE: DataSourceRef = { type: 'jaeger', uid: reference('jaeger') };
export const LOGS_SOURCE: DataSourceRef = { type: 'loki', uid: reference('logs') };

export const datasource = source('datasource', 'Data source', 'prometheus', 'Where the metrics are.');
export const traces = source('traces', 'Tempo', 'tempo', 'Where the traces are, if you keep them in Tempo.');
export const jaeger = source('jaeger', 'Jaeger', 'jaeger', 'Where the traces are, if you keep them in Jaeger.');
export const logs = source('logs', 'Loki', 'loki', 'Where the log events are.');

/** One series a cluster, so that the choices cost next to nothing. */
const CONTROLLER = `${METRICS.state.name}{plan_id="",state="steady"`;

export const namespace = severalOf('namespace', 'Namespace', `${CONTROLLER}}`, 'Namespaces of the controllers.');
export const cluster = severalOf(
  'cluster',
  'Cluster',
  `${CONTROLLER},namespace=~"$namespace"}`,
  'Clusters that are rebalanced, of the chosen namespaces.',
);
export const node = severalOf(
  'node',
  'Node',
  selected(METRICS.nodeShards.name),
  'Nodes of the chosen clusters; only panels about nodes heed it.',
);

export const planId = labelOf('plan_id', 'Plan', selected(`${METRICS.planInfo.name}{${NAMED_PLAN}}`), 'One plan.').sort(
  VariableSort.NaturalDesc,
);
/** Follows the chosen plan, so that a store of traces that knows only ids can be asked. */
export const traceId = labelOf(
  'trace_id',
  'Trace',
  selected(`${METRICS.planInfo.name}{plan_id="$plan_id",trace_id!=""}`),
  "The chosen plan's trace.",
).hide(VariableHide.HideVariable);

function source(name: string, label: string, type: string, description: string): DatasourceVariableBuilder {
  return new DatasourceVariableBuilder(name).label(label).type(type).description(description);
}

function labelOf(name: string, label: string, selector: string, description: string): QueryVariableBuilder {
  const query = `label_values(${selector}, ${name})`;
  return new QueryVariableBuilder(name)
    .label(label)
    .description(description)
    .datasource(METRICS_SOURCE)
    .query({ qryType: 1, query, refId: `variable-${name}` })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.NaturalAsc);
}

function severalOf(name: string, label: string, selector: string, description: string): QueryVariableBuilder {
  return labelOf(name, label, selector, description)
    .multi(true)
    .includeAll(true)
    .allValue('.+')
    .current({ selected: true, text: ['All'], value: ['$__all'] });
}
