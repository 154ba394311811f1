import { METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { type Expression, isNot, type LabelName, series } from '../rules/promql/index.js';
import { LEADERS, NAMED_PLAN } from '../rules/selectors.js';
import { CHOSEN_NAMESPACES, ofChosenClusters } from './chosen.js';
import { THE_PLAN } from './queries/plans.js';

/** A choice at the top of a page. */
export interface Variable {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly choices: DataSources | LabelValues;
  /** Follows another choice and is not shown. */
  readonly hidden?: boolean;
}

/** The data sources of a type. */
interface DataSources {
  readonly kind: 'data sources';
  readonly type: string;
}

/** The values of the label of the same name. */
interface LabelValues {
  readonly kind: 'label values';
  readonly of: Expression;
  /** Several at once, and all of them. */
  readonly several: boolean;
  readonly descending: boolean;
}

export const datasource = source('datasource', 'Data source', 'prometheus', 'Where the metrics are.');
export const traces = source('traces', 'Tempo', 'tempo', 'Where the traces are, if you keep them in Tempo.');
export const jaeger = source('jaeger', 'Jaeger', 'jaeger', 'Where the traces are, if you keep them in Jaeger.');
export const logs = source('logs', 'Loki', 'loki', 'Where the log events are.');

export const namespace: Variable = {
  name: 'namespace' satisfies LabelName,
  label: 'Namespace',
  description: 'Namespaces of the controllers.',
  choices: several(LEADERS),
};
export const cluster: Variable = {
  name: 'cluster' satisfies LabelName,
  label: 'Cluster',
  description: 'Clusters that are rebalanced, of the chosen namespaces.',
  choices: several(LEADERS.withMatchers(() => [CHOSEN_NAMESPACES])),
};
export const node: Variable = {
  name: 'node' satisfies LabelName,
  label: 'Node',
  description: 'Nodes of the chosen clusters; only panels about nodes heed it.',
  choices: several(ofChosenClusters(series(METRICS.nodeShards))),
};
export const planId: Variable = {
  name: 'plan_id' satisfies LabelName,
  label: 'Plan',
  description: 'One plan.',
  choices: { ...one(ofChosenClusters(series(METRICS.planInfo, NAMED_PLAN))), descending: true },
};
/** Follows the chosen plan, so that a store of traces that knows only ids can be asked. */
export const traceId: Variable = {
  name: 'trace_id' satisfies LabelName,
  label: 'Trace',
  description: "The chosen plan's trace.",
  choices: one(ofChosenClusters(series(METRICS.planInfo, THE_PLAN, isNot('trace_id', '')))),
  hidden: true,
};

/** Initial choice where several are possible. */
export const ALL_VALUES = { allValue: '.+', current: { selected: true, text: ['All'], value: ['$__all'] } } as const;

/** Query for the values of a choice. */
export function valuesQuery(name: string, of: string): { qryType: number; query: string; refId: string } {
  return { qryType: 1, query: `label_values(${of}, ${name})`, refId: `variable-${name}` };
}

function source(name: string, label: string, type: string, description: string): Variable {
  return { name, label, description, choices: { kind: 'data sources', type } };
}

function several(of: Expression): LabelValues {
  return { kind: 'label values', of, several: true, descending: false };
}

function one(of: Expression): LabelValues {
  return { kind: 'label values', of, several: false, descending: false };
}
