import type { ClusterView } from '../window/server/wire.js';

const QUERY = 'max by (namespace, cluster, node) (mesh_rebalance_node_shards)';
const ANSWER_WITHIN_MS = 3_000;

interface Answer {
  readonly data: {
    readonly result: readonly { readonly metric: Record<string, string>; readonly value: [number, string] }[];
  };
}

type NodesOf = (cluster: Pick<ClusterView, 'namespace' | 'cluster'>) => ClusterView['nodes'];

/**
 * The shards of each node, by the Prometheus that scrapes the controllers.
 *
 * @throws Error when it does not answer
 */
export async function nodeShards(prometheus: string): Promise<NodesOf> {
  const url = `${prometheus}/api/v1/query?${new URLSearchParams({ query: QUERY })}`;
  const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  if (!response.ok) throw new Error(`Prometheus answers ${response.status}`);
  const { result } = ((await response.json()) as Answer).data;
  return ({ namespace, cluster }) =>
    result
      .filter(({ metric }) => metric['namespace'] === namespace && metric['cluster'] === cluster)
      .map(({ metric, value: [, shards] }) => ({ node: metric['node'] ?? '', shards: Number(shards) }))
      .sort((a, b) => a.node.localeCompare(b.node));
}
