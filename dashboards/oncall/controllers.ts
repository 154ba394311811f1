import { METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { inSeconds } from '../../rules/duration.js';
import { bottomk, lastOverTime, max, on, series, TOGETHER } from '../../rules/promql/index.js';
import { CLUSTER } from '../../rules/selectors.js';
import type { ThresholdValues } from '../../rules/thresholds.js';
import { steps } from '../colour-steps.js';
import type { PageRow } from '../layout.js';
import { BAD, GOOD, WATCH } from '../palette.js';
import { overTime, type PagePanel } from '../panel.js';
import { lastBeat } from '../queries/clusters.js';
import { PAUSED_NUMBER, stateNumber } from '../queries/shapes.js';
import { stateTimeline, statusHistory } from '../visuals.js';
import { NOTHING_EXPORTED } from '../when-empty.js';

/** Controllers that a panel shows at most. */
const MOST = 20;

/** The controllers themselves. */
export function controllers(values: ThresholdValues): PageRow {
  return { title: 'Controllers', panels: [heartbeat(values), controllerState(values)] };
}

function heartbeat(values: ThresholdValues): PagePanel {
  const { heartbeatTimeout, rememberedFor } = values;
  const dead = inSeconds(heartbeatTimeout);
  const lastAtEnd = max(CLUSTER, lastOverTime(series(METRICS.heartbeat).at('end').range(rememberedFor)));
  return {
    width: 12,
    height: 9,
    unit: 's',
    title: 'Controller heartbeat',
    shows: `Seconds since the last heartbeat of each controller's loop, of the ${MOST} that gave theirs longest ago. From ${heartbeatTimeout} on it counts as dead. A controller that is gone altogether stays here for ${rememberedFor}.`,
    act: 'Dead: nothing approves, drains or moves. Follow the runbook of MeshRebalanceControllerHeartbeatMissing.',
    empty: `no controller of the chosen clusters has reported a heartbeat within ${rememberedFor}.`,
    noValue: 'No heartbeat is known',
    visual: statusHistory(steps(GOOD, [dead / 2, WATCH], [dead, BAD])),
    queries: [
      overTime(lastBeat(values).and(on(CLUSTER), bottomk(TOGETHER, MOST, lastAtEnd)), '{{namespace}}/{{cluster}}'),
    ],
  };
}

function controllerState({ stateBudget }: ThresholdValues): PagePanel {
  return {
    width: 12,
    height: 9,
    unit: 'short',
    title: 'Controller state',
    shows:
      'The state of each controller over time, by name and symbol, and a line of its own while it is paused. Where two replicas disagree, the more serious state is shown.',
    act: `A controller that investigates or has failed for ${stateBudget} waits for somebody. A pause that nobody remembers is to be ended.`,
    ...NOTHING_EXPORTED,
    visual: stateTimeline(),
    queries: [
      overTime(stateNumber('controllers'), '{{namespace}}/{{cluster}}'),
      overTime(PAUSED_NUMBER, '{{namespace}}/{{cluster}} paused'),
    ],
  };
}
