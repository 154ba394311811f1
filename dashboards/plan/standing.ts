import { METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { inSeconds } from '../../rules/duration.js';
import { max, number, on, series, time } from '../../rules/promql/index.js';
import { NAMED_PLAN, PLAN } from '../../rules/selectors.js';
import type { Settings } from '../../rules/settings.js';
import type { ThresholdValues } from '../../rules/thresholds.js';
import { risingTo } from '../colour-steps.js';
import { clusterOfRow, runbookOfRow } from '../links.js';
import { SEVERITY_NAMES, STATE_NAMES } from '../palette.js';
import { now, overTime, type PagePanel, rows } from '../panel.js';
import { firingAlertsOf } from '../queries/alerts.js';
import { lastBeat } from '../queries/clusters.js';
import {
  ofThePlan,
  PLAN_CREATED,
  PLAN_INFO,
  PLAN_PROGRESS,
  PLAN_SHARDS,
  phaseSeconds,
  STANDSTILL_PARTS,
  standstill,
  THE_PLAN,
  timeLeft,
} from '../queries/plans.js';
import { stateNumber } from '../queries/shapes.js';
import { table } from '../table-panel.js';
import { stat, stateTimeline } from '../visuals.js';
import { NO_SUCH_PLAN } from '../when-empty.js';
import { lastShown, ofItsCluster } from './queries.js';

/** The plan in one line. */
export function summary(values: ThresholdValues): PagePanel {
  return {
    width: 24,
    height: 4,
    unit: 'short',
    title: 'Plan',
    shows:
      'What the chosen plan is, how it stood when it was last seen in the shown time, and why it stands still at the end of that, if it does.',
    act: 'Two rows: two clusters have a plan of this id; choose one of them above. State failed: its trace has the error.',
    empty: 'no plan is chosen, or it was not there in the shown time: choose one above, or a longer time.',
    noValue: 'No such plan in the shown time',
    ...table({
      queries: {
        state: rows(lastShown(max([...PLAN, 'state'], series(METRICS.state, ...NAMED_PLAN))).equals(1)),
        info: rows(lastShown(PLAN_INFO)),
        created: rows(number(1000).times(lastShown(PLAN_CREATED))),
        shards: rows(lastShown(PLAN_SHARDS)),
        moved: rows(lastShown(PLAN_PROGRESS)),
        timeSoFar: rows(lastShown(phaseSeconds('total'))),
        standstill: rows(ofThePlan(standstill(values).and(on(PLAN), PLAN_SHARDS))),
      },
      columns: [
        { label: 'namespace', title: 'Namespace' },
        { label: 'cluster', title: 'Cluster', link: clusterOfRow },
        { label: 'plan_id', title: 'Plan' },
        { label: 'state', title: 'State', mapping: STATE_NAMES },
        { label: 'standstill', title: 'Stands still', noValue: '–' },
        { value: 'created', title: 'Created', unit: 'dateTimeAsIso' },
        { value: 'timeSoFar', title: 'Time so far', unit: 's', decimals: 1 },
        { value: 'moved', title: 'Moved', unit: 'percentunit', decimals: 0, bar: true, width: 160 },
        { value: 'shards', title: 'Shards', decimals: 0 },
        { label: 'trigger', title: 'Trigger' },
        { label: 'approval_mode', title: 'Approval' },
        { label: 'trace_id', title: 'Trace' },
      ],
      hidden: [...STANDSTILL_PARTS],
    }),
  };
}

export function states({ stateBudget }: ThresholdValues): PagePanel {
  return {
    width: 24,
    height: 4,
    unit: 'short',
    title: 'State over time',
    shows: 'The state of the plan over time, by name and symbol.',
    act: `Long in rebalancePending: nobody has approved it. Long in investigating (${stateBudget}): it waits for something that does not come.`,
    ...NO_SUCH_PLAN,
    visual: stateTimeline(),
    queries: [overTime(ofThePlan(stateNumber('plans')), '{{namespace}}/{{cluster}}')],
  };
}

export function eta(values: ThresholdValues): PagePanel {
  const left = ofThePlan(timeLeft(values));
  return {
    width: 8,
    height: 6,
    unit: 's',
    title: 'ETA',
    shows: `Time left as the controller's process estimates it from the plan's pace, and below it when that is. None while there is no pace to go by: nothing has moved so far, or not of late.`,
    act: 'Grows with every look: the plan gets slower; see Moves and Drains.',
    empty: 'there is no estimate: the plan waits, is held back, is stuck, has just begun, or has ended.',
    noValue: 'None: there is no pace to go by',
    visual: stat({ decimals: 1 }),
    queries: [
      now(left, 'Time left'),
      now(number(1000).times(time().plus(left)), 'Done', [{ id: 'unit', value: 'dateTimeAsIso' }]),
    ],
  };
}

export function alerts(settings: Settings): PagePanel {
  return {
    width: 8,
    height: 6,
    unit: 'short',
    title: 'Alerts on this plan',
    shows: 'The alerts that fire for the chosen plan.',
    act: 'Click an alert for its runbook.',
    empty:
      'no alert fires for it, or Prometheus does not evaluate `mesh-rebalance.alerts.yaml`. Alerts on its cluster are on the on-call page.',
    noValue: 'No alert fires for this plan',
    ...table({
      queries: {
        firing: rows(
          max(['alertname', 'severity', 'namespace', 'cluster', 'plan_id', 'node'], firingAlertsOf(THE_PLAN)),
        ),
      },
      columns: [
        { label: 'severity', title: 'Severity', width: 110, mapping: SEVERITY_NAMES },
        { label: 'alertname', title: 'Alert', link: runbookOfRow(settings) },
        { label: 'node', title: 'Node' },
      ],
      hidden: ['namespace', 'cluster', 'plan_id'],
      sortBy: { title: 'Severity', descending: false },
    }),
  };
}

export const COMMANDS: PagePanel = {
  width: 8,
  height: 6,
  unit: 'short',
  title: 'Commands',
  shows: 'The command lines for the chosen plan.',
  act: '`show` first. `approve` and `reject` work while it waits, `cancel` until it ends.',
  empty: 'no plan is chosen.',
  noValue: 'No plan is chosen',
  visual: {
    type: 'text',
    options: {
      mode: 'markdown',
      content: `\`\`\`sh
mesh shards rebalance show '$plan_id'
mesh shards rebalance watch '$plan_id'
mesh shards rebalance approve '$plan_id'
mesh shards rebalance reject '$plan_id' --reason '…'
mesh shards rebalance cancel '$plan_id' --reason '…'
\`\`\``,
    },
  },
  queries: [],
};

export function controller(values: ThresholdValues): PagePanel {
  const dead = inSeconds(values.heartbeatTimeout);
  return {
    width: 24,
    height: 4,
    unit: 's',
    title: "Its controller's heartbeat",
    shows: 'Seconds since the last heartbeat of the controller that runs the plan.',
    act: `From ${values.heartbeatTimeout} on the controller is dead: nothing here will change, whatever is done to the plan.`,
    empty: `the controller has reported no heartbeat within ${values.rememberedFor}.`,
    noValue: 'No heartbeat is known',
    visual: stat({ thresholds: risingTo(dead / 2, dead) }),
    queries: [now(ofItsCluster(lastBeat(values)), '{{namespace}}/{{cluster}}')],
  };
}
