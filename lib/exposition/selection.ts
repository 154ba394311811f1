import type { ClusterName } from '../metrics/producer.js';
import type { Collected } from './other-metrics.js';
import { plainMetricName } from './text.js';

/** Names that one request may ask for. */
const MOST_NAMES = 50;
const METRIC_NAME = /^[a-zA-Z_:][\w:]{0,254}$/;
/** Clusters that an answer names. */
const MOST_TOLD = 20;

/** What a request wants of the metrics; everything where nothing is given. */
export interface Selection {
  readonly cluster: string | undefined;
  readonly namespace: string | undefined;
  /** Names of metrics as the plain text has them. */
  readonly names: ReadonlySet<string> | undefined;
}

/**
 * Reads the parameters `cluster`, `namespace` and `name[]`.
 *
 * @param clusters those that there are; undefined where that is not known
 * @returns undefined for no parameters, and what is allowed where they are wrong
 */
export function selectionOf(
  query: URLSearchParams,
  clusters: readonly ClusterName[] | undefined,
): Selection | string | undefined {
  if (query.size === 0) return undefined;
  for (const name of query.keys()) {
    if (name !== 'cluster' && name !== 'namespace' && name !== 'name[]') {
      return `unknown parameter ${JSON.stringify(name)}; allowed are cluster, namespace and name[]`;
    }
  }
  const one = (parameter: keyof ClusterName): string | { readonly value: string | undefined } => {
    const [value, ...more] = query.getAll(parameter);
    if (more.length > 0) return `${parameter} is allowed once`;
    if (value === undefined || clusters?.some((known) => known[parameter] === value) !== false) return { value };
    const known = [...new Set(clusters.map((each) => JSON.stringify(each[parameter])))];
    const told =
      known.length > MOST_TOLD
        ? `${known.slice(0, MOST_TOLD).join(', ')} and ${known.length - MOST_TOLD} more`
        : known.join(', ');
    return `no ${parameter} ${JSON.stringify(value)}; there ${known.length === 0 ? 'is none' : `are ${told}`}`;
  };
  const [cluster, namespace] = [one('cluster'), one('namespace')];
  if (typeof cluster === 'string') return cluster;
  if (typeof namespace === 'string') return namespace;
  const names = query.getAll('name[]');
  if (names.length > MOST_NAMES) return `name[] is allowed ${MOST_NAMES} times`;
  const wrong = names.find((name) => !METRIC_NAME.test(name));
  if (wrong !== undefined) return `name[] is the name of a metric, not ${JSON.stringify(wrong.slice(0, 300))}`;
  return { cluster: cluster.value, namespace: namespace.value, names: names.length === 0 ? undefined : new Set(names) };
}

/** What of everybody else's metrics is wanted: series that carry the labels, of metrics that have the names. */
export function selected(collected: Collected, selection: Selection, prefix: string): Collected {
  const { cluster, namespace, names } = selection;
  const scopeMetrics = collected.resourceMetrics.scopeMetrics.map(({ scope, metrics }) => ({
    scope,
    metrics: metrics.flatMap((metric) => {
      if (names !== undefined && !names.has(plainMetricName(metric, prefix))) return [];
      // One kind of points stays that kind.
      const points: (typeof metric.dataPoints)[number][] = metric.dataPoints.filter(
        ({ attributes }) =>
          (cluster === undefined || attributes['cluster'] === cluster) &&
          (namespace === undefined || attributes['namespace'] === namespace),
      );
      return points.length === 0 ? [] : [{ ...metric, dataPoints: points } as typeof metric];
    }),
  }));
  const { resource } = collected.resourceMetrics;
  return { ...collected, resourceMetrics: { resource, scopeMetrics } };
}
