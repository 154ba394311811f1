import { type Decision, METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { inSeconds } from '../../rules/duration.js';
import { type Expression, increase, is, max, round, series } from '../../rules/promql/index.js';
import { NAMED_PLAN, PLAN } from '../../rules/selectors.js';
import type { ThresholdValues } from '../../rules/thresholds.js';
import { risingTo, steps } from '../colour-steps.js';
import { COLOUR } from '../palette.js';
import { now, type PagePanel } from '../panel.js';
import { ofThePlan, phaseSeconds } from '../queries/plans.js';
import { barGauge, coloured, stat } from '../visuals.js';
import { NO_SUCH_PLAN } from '../when-empty.js';
import { lastShown } from './queries.js';

export function approval({ approvalNotice, approvalOverdue }: ThresholdValues): PagePanel {
  return {
    width: 6,
    height: 8,
    unit: 'short',
    title: 'Approval',
    shows: `How long the plan has waited for approval, orange after ${approvalNotice}, red after ${approvalOverdue}, and how its requests were decided within the last 30 days.`,
    act: 'Waiting and undecided: run `approve` or `reject` beside. Who decided is in the trace and in Events.',
    ...NO_SUCH_PLAN,
    visual: stat(),
    queries: [
      now(
        lastShown(phaseSeconds('approval')),
        'Waited',
        coloured(risingTo(inSeconds(approvalNotice), inSeconds(approvalOverdue)), 's'),
      ),
      now(decisions('approved'), '✔ Approved'),
      now(decisions('rejected'), '✖ Rejected'),
      now(decisions('expired'), '◌ Expired'),
    ],
  };
}

/** Over so long that the decision is seen whatever time is shown; of replicas that count the same, one. */
function decisions(decision: Decision): Expression {
  const decided = series(METRICS.planApprovals, ...NAMED_PLAN, is('decision', decision));
  return ofThePlan(round(max(PLAN, increase(decided.range('30d')))));
}

export function timeSoFar({ workBudget }: ThresholdValues): PagePanel {
  return {
    width: 6,
    height: 8,
    unit: 's',
    title: 'Time so far',
    shows:
      'How long the plan has waited for approval, and how long it has been at work: everything else since its creation. Of the work, how long something held the plan back, any node drained and any shard moved; these overlap.',
    act: `At work for more than ${workBudget}: MeshRebalanceRunningTooLong. Holds do not count there. Much work, little moving and no hold: see Drains.`,
    ...NO_SUCH_PLAN,
    visual: barGauge({ decimals: 1 }),
    queries: [
      now(lastShown(phaseSeconds('approval')), 'Waiting', coloured(steps(COLOUR.purple))),
      now(lastShown(phaseSeconds('work')), 'At work'),
      now(lastShown(phaseSeconds('held')), '… held back', coloured(steps(COLOUR.orange))),
      now(lastShown(phaseSeconds('drain')), '… draining'),
      now(lastShown(phaseSeconds('move')), '… moving'),
    ],
  };
}
