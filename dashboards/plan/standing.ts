import { max, number, on, time } from '../../rules/promql/index.js';
import { PLAN, planState } from '../../rules/selectors.js';
import type { Settings } from '../../rules/settings.js';
import type { ThresholdValues } from '../../rules/thresholds.js';
import { clusterOfRow, runbookOfRow, traceOfRow } from '../links.js';
import { PLAN_STANDINGS, REASONS, SEVERITY_NAMES, STATE_NAMES, wordFor } from '../palette.js';
import { overTime, type PagePanel, rows } from '../panel.js';
import { firingAlertsOf } from '../queries/alerts.js';
import {
  ofThePlan,
  PLAN_CREATED,
  PLAN_INFO,
  PLAN_PROGRESS,
  PLAN_SHARDS,
  standing,
  standingFor,
  THE_PLAN,
  timeLeft,
} from '../queries/plans.js';
import { stateNumber } from '../queries/shapes.js';
import { table } from '../table-panel.js';
import { stateTimeline } from '../visuals.js';
import { NO_SUCH_PLAN } from '../when-empty.js';
import { lastShown } from './queries.js';

/** The plan in one line. */
export function summary(values: ThresholdValues): PagePanel {
  const left = ofThePlan(timeLeft(values));
  return {
    width: 24,
    height: 4,
    unit: 'none',
    title: 'Plan',
    shows: `What the chosen plan is, how it stands at the end of the shown time and whom that is for, why and for how long; how much of it has moved; and when it will be done, as the controller's process estimates it from the plan's pace: there is no estimate while nothing has moved so far, or not of late. Of a plan that has ended, the state in which it was last seen.`,
    act: 'Run beside it has the command line. Two rows: two clusters have a plan of this id; choose one of them above. Failed: its trace has the error. An end that moves away with every look: see Drains.',
    empty: 'no plan is chosen, or it was not there in the shown time: choose one above, or a longer time.',
    noValue: 'No such plan in the shown time',
    ...table({
      queries: {
        state: rows(lastShown(max([...PLAN, 'state'], planState())).equals(1)),
        standing: rows(ofThePlan(standing(values).and(on(PLAN), PLAN_SHARDS))),
        since: rows(ofThePlan(standingFor(values).and(on(PLAN), PLAN_SHARDS))),
        moved: rows(lastShown(PLAN_PROGRESS)),
        shards: rows(lastShown(PLAN_SHARDS)),
        left: rows(left),
        done: rows(number(1000).times(time().plus(left))),
        created: rows(number(1000).times(lastShown(PLAN_CREATED))),
        info: rows(lastShown(PLAN_INFO)),
      },
      columns: [
        { value: 'standing', title: 'Standing', width: 150, mapping: PLAN_STANDINGS, noValue: '● over' },
        { label: 'reason', title: 'Why', width: 190, words: REASONS },
        { value: 'since', title: 'For', unit: 's', decimals: 1, width: 95 },
        { label: 'state', title: 'State', width: 150, mapping: STATE_NAMES },
        { value: 'moved', title: 'Moved', unit: 'percentunit', decimals: 0, bar: true, width: 130 },
        { value: 'shards', title: 'Shards', decimals: 0, width: 75 },
        { value: 'left', title: 'Time left', unit: 's', decimals: 1, width: 95 },
        { value: 'done', title: 'Done', unit: 'dateTimeAsIso', width: 160 },
        { value: 'created', title: 'Created', unit: 'dateTimeAsIso', width: 160 },
        { label: 'cluster', title: 'Cluster', width: 90, link: clusterOfRow },
        { label: 'trigger', title: 'Trigger' },
        { label: 'approval_mode', title: 'Approval', width: 90 },
        { label: 'trace_id', title: 'Trace', width: 70, words: wordFor('trace'), link: traceOfRow },
        { label: 'namespace', title: 'Namespace', unseen: true },
        { label: 'plan_id', title: 'Plan', unseen: true },
      ],
      hidden: ['run'],
    }),
  };
}

export function states({ stateBudget }: ThresholdValues): PagePanel {
  return {
    width: 24,
    height: 3,
    unit: 'none',
    title: 'State over time',
    shows: 'The state of the plan over time, by name and symbol.',
    act: `Long in rebalancePending: nobody has approved it. Long in investigating (${stateBudget}): it waits for something that does not come.`,
    ...NO_SUCH_PLAN,
    visual: stateTimeline(),
    queries: [overTime(ofThePlan(stateNumber('plans')), '{{cluster}}')],
  };
}

export function alerts(settings: Settings): PagePanel {
  return {
    width: 12,
    height: 6,
    unit: 'none',
    title: 'Alerts on this plan',
    shows:
      'The alerts that fire for the chosen plan. **Active since**: when the condition of its rule began to hold, not when it fired. What is wrong may be older still: Plan says for how long.',
    act: 'Click an alert for its runbook.',
    empty:
      'no alert fires for it, or Prometheus does not evaluate `mesh-rebalance.alerts.yaml`. Alerts on its cluster are on the on-call page.',
    noValue: 'No alert fires for this plan',
    ...table({
      queries: {
        firing: rows(firingAlertsOf(THE_PLAN).severity),
        since: rows(firingAlertsOf(THE_PLAN).activeSince),
      },
      columns: [
        { value: 'firing', title: 'Severity', width: 110, mapping: SEVERITY_NAMES },
        { label: 'alertname', title: 'Alert', minWidth: 240, link: runbookOfRow(settings) },
        { value: 'since', title: 'Active since', unit: 'dateTimeAsIso', width: 155 },
        { label: 'node', title: 'Node', minWidth: 100 },
      ],
      hidden: ['namespace', 'cluster', 'plan_id', 'severity', 'instance'],
      sortBy: [
        { title: 'Severity', descending: true },
        { title: 'Active since', descending: false },
      ],
    }),
  };
}
