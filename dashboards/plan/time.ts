import { type Decision, METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { inSeconds } from '../../rules/duration.js';
import { type Expression, increase, is, max, round, series } from '../../rules/promql/index.js';
import { NAMED_PLAN, PLAN } from '../../rules/selectors.js';
import type { ThresholdValues } from '../../rules/thresholds.js';
import { ofWaits, risingTo } from '../colour-steps.js';
import { now, type PagePanel } from '../panel.js';
import { lastBeat } from '../queries/clusters.js';
import { ofThePlan, phaseSeconds } from '../queries/plans.js';
import { coloured, numbers } from '../visuals.js';
import { NO_SUCH_PLAN } from '../when-empty.js';
import { lastShown, ofItsCluster } from './queries.js';

export const APPROVAL: PagePanel = {
  width: 8,
  height: 3,
  unit: 'none',
  title: 'Approval',
  shows: 'How the requests for approval of the plan were decided within the last 30 days.',
  act: 'None, and the plan waits: Run has the commands. Who decided is in the trace and in Events.',
  ...NO_SUCH_PLAN,
  visual: numbers({ decimals: 0 }),
  queries: [
    now(decisions('approved'), '✔ Approved'),
    now(decisions('rejected'), '✖ Rejected'),
    now(decisions('expired'), '◌ Expired'),
  ],
};

/** Over so long that the decision is seen whatever time is shown; of replicas that count the same, one. */
function decisions(decision: Decision): Expression {
  const decided = series(METRICS.planApprovals, NAMED_PLAN, is('decision', decision));
  return ofThePlan(round(max(PLAN, increase(decided.range('30d')))));
}

export function timeSoFar(values: ThresholdValues): PagePanel {
  const { workBudget, approvalNotice, approvalOverdue } = values;
  return {
    width: 8,
    height: 3,
    unit: 's',
    title: 'Time so far',
    shows: `How long the plan has waited for approval, blue after ${approvalNotice}, orange after ${approvalOverdue}, how long it has been at work (everything else since its creation), and for how much of that something held it back.`,
    act: `At work for more than ${workBudget}: MeshRebalanceRunningTooLong. Holds do not count there. Much work and no hold: see Drains.`,
    ...NO_SUCH_PLAN,
    visual: numbers({ decimals: 1 }),
    queries: [
      now(lastShown(phaseSeconds('approval')), 'Waited', coloured(ofWaits(values))),
      now(lastShown(phaseSeconds('work')), 'At work'),
      now(lastShown(phaseSeconds('held')), 'Held back'),
    ],
  };
}

export function controller(values: ThresholdValues): PagePanel {
  const dead = inSeconds(values.heartbeatTimeout);
  return {
    width: 8,
    height: 3,
    unit: 's',
    title: 'Its controller',
    shows: 'Seconds since the last heartbeat of the controller that runs the plan.',
    act: `From ${values.heartbeatTimeout} on the controller is dead: nothing here will change, whatever is done to the plan.`,
    empty: `the controller has reported no heartbeat within ${values.rememberedFor}.`,
    noValue: 'Not known',
    visual: numbers({ thresholds: risingTo(dead / 2, dead), decimals: 0 }),
    queries: [now(ofItsCluster(lastBeat(values)), 'Last heartbeat')],
  };
}
