import { whereabouts } from '../../../examples/operator/cli/plan-text.js';
import type { PlanView } from '../../../examples/operator/controllable.js';
import type { ClusterView } from '../server/wire.js';
import { Command } from './command.js';
import { controllerLine } from './commands.js';

interface NodesProps {
  readonly cluster: ClusterView;
  /** Live plans. */
  readonly plans: readonly PlanView[];
}

/** How many shards each node of a cluster has. */
export function Nodes({ cluster, plans }: NodesProps) {
  const { nodes, paused, namespace, cluster: name } = cluster;
  const most = Math.max(1, ...nodes.map(({ shards }) => shards));
  const drained = new Set(
    plans
      .filter((plan) => plan.namespace === namespace && plan.cluster === name)
      .flatMap(({ drains }) => drains.filter(({ outcome }) => outcome === undefined).map(({ node }) => node)),
  );
  return (
    <section class="card">
      <h3>
        {whereabouts(cluster)} {paused && <span class="tag act">paused</span>}
      </h3>
      {paused && <Command line={controllerLine('resume', namespace, name)} label={`resume ${whereabouts(cluster)}`} />}
      {nodes.length === 0 ? (
        <p class="none">Nothing is known of its nodes.</p>
      ) : (
        <table class="nodes" aria-label={`Shards per node of ${whereabouts(cluster)}`}>
          <tbody>
            {nodes.map(({ node, shards, alive }) => (
              <tr key={node}>
                <th scope="row">{node}</th>
                <td class="bar">
                  <i class={drained.has(node) ? 'act' : ''} style={{ width: `${(100 * shards) / most}%` }} />
                </td>
                <td class="number count">{shards}</td>
                <td class="note">
                  {[alive === false && 'down', drained.has(node) && 'drains'].filter(Boolean).join(', ')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
