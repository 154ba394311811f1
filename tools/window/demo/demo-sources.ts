import { SHORT_THRESHOLDS } from '../../../examples/stack/prometheus.js';
import type { RunningDemo } from '../../../examples/stack/run-demo.js';
import { withThresholds } from '../../../rules/settings.js';
import type { WindowSources } from '../server/sources.js';
import type { DemoDashboards } from './dashboards.js';
import type { RecentSignals } from './recent-signals.js';

/** What the process of the demo knows. Nothing is there before the demo runs. */
export function demoSources(
  signals: RecentSignals,
  dashboards: DemoDashboards,
  demo: () => RunningDemo | undefined,
): WindowSources {
  return {
    title: 'demo',
    thresholds: withThresholds(SHORT_THRESHOLDS),
    get control() {
      return demo()?.control;
    },
    get links() {
      return [...dashboards.links, ...(demo()?.links ?? [])];
    },
    plans: async () => (demo()?.clusters ?? []).flatMap(({ controller }) => controller.plans()),
    clusters: async () =>
      (demo()?.clusters ?? []).map(({ controller: { namespace, cluster, paused }, mesh }) => ({
        namespace,
        cluster,
        paused,
        nodes: [...mesh.nodes.values()].map((node) => ({
          node: node.id,
          shards: mesh.ownedBy(node).size,
          alive: node.alive,
        })),
      })),
    explain: async (plan) => demo()?.explain(plan.id, plan),
    trace: async (plan) => signals.spans(plan),
    events: async (plan) => signals.events(plan),
  };
}
