import { METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { inSeconds } from '../../rules/duration.js';
import { max, series, sum } from '../../rules/promql/index.js';
import { AT_WORK, CLUSTER } from '../../rules/selectors.js';
import type { ThresholdValues } from '../../rules/thresholds.js';
import { risingTo } from '../colour-steps.js';
import { clusterOfRow } from '../links.js';
import { SILENT_CODE, STATE_NUMBERS } from '../palette.js';
import { type PagePanel, rows } from '../panel.js';
import { CLUSTER_LIMIT, CLUSTER_MOVING, CLUSTER_WAITING, lastBeat, silentControllers } from '../queries/clusters.js';
import { code, firstOf, PAUSED_NUMBER, stateNumber } from '../queries/shapes.js';
import { table } from '../table-panel.js';

/** The controllers, one in a row. */
export function controllers(values: ThresholdValues): PagePanel {
  const { heartbeatTimeout, rememberedFor, stateBudget } = values;
  const dead = inSeconds(heartbeatTimeout);
  const silent = code(SILENT_CODE, silentControllers(values));
  return {
    width: 24,
    height: 6,
    unit: 'none',
    title: 'Controller state',
    shows: `Each controller: its state, the silent and the paused ones first, the seconds since the last heartbeat of its loop, its plans, and its moves in flight of what its policy allows. From ${heartbeatTimeout} without a heartbeat on it counts as dead. One that is gone altogether stays here for ${rememberedFor}. Where two replicas disagree, the more serious state is shown.`,
    act: `Silent: nothing approves, drains or moves; follow the runbook of MeshRebalanceControllerHeartbeatMissing. One that investigates or has failed for ${stateBudget} waits for somebody. A pause that nobody remembers is to be ended.`,
    empty: `no controller of the chosen clusters has reported anything within ${rememberedFor}.`,
    noValue: 'No controller reports',
    ...table({
      queries: {
        state: rows(firstOf(CLUSTER, silent, PAUSED_NUMBER, stateNumber('controllers'))),
        beat: rows(lastBeat(values)),
        work: rows(sum(CLUSTER, max([...CLUSTER, 'state'], series(METRICS.plans, AT_WORK)))),
        waiting: rows(CLUSTER_WAITING),
        moving: rows(CLUSTER_MOVING),
        limit: rows(CLUSTER_LIMIT),
      },
      columns: [
        { label: 'cluster', title: 'Cluster', link: clusterOfRow },
        { label: 'namespace', title: 'Namespace' },
        { value: 'state', title: 'State', width: 180, mapping: STATE_NUMBERS },
        { value: 'beat', title: 'Last heartbeat', unit: 's', decimals: 0, thresholds: risingTo(dead / 2, dead) },
        { value: 'work', title: 'Plans at work', decimals: 0 },
        { value: 'waiting', title: 'Plans waiting', decimals: 0 },
        { value: 'moving', title: 'Moves', decimals: 0 },
        { value: 'limit', title: 'Limit', decimals: 0, noValue: 'none' },
      ],
      sortBy: [
        { title: 'State', descending: true },
        { title: 'Last heartbeat', descending: true },
      ],
    }),
  };
}
