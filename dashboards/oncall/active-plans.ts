import { type Expression, number } from '../../rules/promql/index.js';
import type { ThresholdValues } from '../../rules/thresholds.js';
import { planOfRow, traceOfRow } from '../links.js';
import { PLAN_STANDINGS, REASONS, wordFor } from '../palette.js';
import { type PagePanel, rows } from '../panel.js';
import { WHERE, withWhere } from '../queries/names.js';
import {
  ofShownPlans,
  PLAN_CREATED,
  PLAN_INFO,
  PLAN_PROGRESS,
  PLAN_REMAINING,
  standing,
  standingFor,
  timeLeft,
} from '../queries/plans.js';
import { table } from '../table-panel.js';

export function activePlans(values: ThresholdValues): PagePanel {
  const ofShown = (expression: Expression) => rows(ofShownPlans(expression));
  return {
    width: 24,
    height: 6,
    unit: 'none',
    title: 'Active plans',
    shows:
      'Every live plan with a name, and those that have just failed, the worst first: how it stands and whom that is for, why, for how long, how much has moved, how long it will still take, and what to type. Of several things that hold a plan back one is named. Plans beyond `maxPlans` have no name and are missing here; the alert MeshRebalancePlansUntracked tells of them.',
    act: 'Click a plan for its page, which begins at its creation, or trace for its trace. Stuck: run its command, then follow the runbook of MeshRebalanceStuck. Held back: the reason says whom to ask. Waits: look at the plan, then run its command, or `reject` instead of `approve`; nobody has to wait for the controller, it goes on by itself. Without time left there is no pace to go by.',
    empty: 'no plan is live: nothing is being rebalanced and nothing waits.',
    noValue: 'No plan is live',
    ...table({
      queries: {
        standing: rows(withWhere(standing(values), values)),
        since: rows(standingFor(values)),
        moved: ofShown(PLAN_PROGRESS),
        left: ofShown(PLAN_REMAINING),
        timeLeft: ofShown(timeLeft(values)),
        info: ofShown(PLAN_INFO),
        created: ofShown(number(1000).times(PLAN_CREATED)),
      },
      columns: [
        { value: 'standing', title: 'Standing', width: 118, mapping: PLAN_STANDINGS },
        { label: 'plan_id', title: 'Plan', width: 168, link: planOfRow('created') },
        { label: 'reason', title: 'Why', width: 200, words: REASONS },
        { value: 'since', title: 'For', unit: 's', decimals: 1, width: 95 },
        { label: 'run', title: 'Run', copied: true, minWidth: 400 },
        { label: WHERE, title: 'Cluster', width: 140 },
        { value: 'moved', title: 'Moved', unit: 'percentunit', decimals: 0, bar: true, width: 130 },
        { value: 'left', title: 'Left', decimals: 0, width: 75 },
        { value: 'timeLeft', title: 'Time left', unit: 's', decimals: 1, width: 95 },
        { label: 'trace_id', title: 'Trace', width: 70, words: wordFor('trace'), link: traceOfRow },
        { value: 'created', title: 'Created', unit: 'dateTimeAsIso', unseen: true },
        { label: 'namespace', title: 'Namespace', unseen: true },
        { label: 'cluster', title: 'Its cluster', unseen: true },
      ],
      hidden: ['trigger', 'approval_mode'],
      sortBy: [
        { title: 'Standing', descending: true },
        { title: 'For', descending: true },
      ],
      filterable: true,
    }),
  };
}
