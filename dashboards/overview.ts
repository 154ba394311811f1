import { METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { RECORDED } from '../rules/recording.js';
import { CLUSTER } from '../rules/selectors.js';
import { firingAlerts } from './annotations.js';
import { clusterOfRow, oncallPage, UIDS } from './links.js';
import type { Page } from './page.js';
import { BAD, CLEAR, COLOUR, GOOD, WATCH } from './palette.js';
import { now, overTime, panel, rows } from './panel.js';
import {
  CLUSTER_WAITING,
  CONTROLLERS,
  increase,
  inside,
  KEEP_FAILING,
  OLDEST_WAIT,
  OVER_LIMIT,
  orZero,
  SILENT_CONTROLLERS,
  STUCK_PLANS,
} from './queries.js';
import { table } from './table.js';
import { badFrom, count, risingTo, seconds, steps, VALUES } from './thresholds.js';
import { cluster, datasource, namespace } from './variables.js';
import { IS_THE_FLEET_WELL } from './verdicts.js';
import { answer, barGauge, coloured, inColour, legendWith, lines, monthlyBars, stat } from './visuals.js';

const fleetHealth = panel(
  { id: 1, width: 8, height: 6, unit: 'short' },
  {
    title: 'Fleet health',
    tells: `Whether every chosen cluster is looked after. **Needs attention**: a plan is stuck, more shards move than allowed, or plans keep failing. **Controllers silent**: a controller has given no heartbeat for ${VALUES.heartbeatTimeout}. Beside it how many clusters there are, and how many have each trouble.`,
    act: 'Not healthy: whoever is on call has been told. The on-call page shows what it is.',
    empty: 'no controller exports anything: rebalancing is not watched over.',
    noValue: 'No controller reports',
  },
  stat()
    .links([oncallPage()])
    .withTarget(now('A', IS_THE_FLEET_WELL.expression, 'Answer'))
    .withTarget(now('B', `count(${CONTROLLERS})`, 'Clusters'))
    .withTarget(
      now(
        'C',
        orZero(
          `count(${inside(`group by (${CLUSTER}) (${inside(STUCK_PLANS)})
or
group by (${CLUSTER}) (${OVER_LIMIT})
or
group by (${CLUSTER}) (${KEEP_FAILING})`)})`,
        ),
        'Need attention',
      ),
    )
    .withTarget(now('D', orZero(`count(${SILENT_CONTROLLERS})`), 'Silent'))
    .overrideByName('Answer', answer(IS_THE_FLEET_WELL.words))
    .overrideByName('Need attention', coloured(steps(CLEAR, [1, WATCH])))
    .overrideByName('Silent', coloured(badFrom(1))),
);

const plansFinished = panel(
  { id: 2, width: 8, height: 6, unit: 'short' },
  {
    title: 'Plans finished',
    tells:
      'Plans that ended in the shown time, by how: completed, failed, or cancelled (rejected and expired ones included).',
    act: 'Some failures are normal. Many: see What failed and why.',
    empty: 'no controller of the chosen clusters exports anything.',
    noValue: 'No plan has finished',
  },
  stat()
    .decimals(0)
    .withTarget(now('A', finished('completed'), 'Completed'))
    .withTarget(now('B', finished('failed'), 'Failed'))
    .withTarget(now('C', finished('cancelled'), 'Cancelled')),
);

function finished(outcome: string): string {
  return `round(sum(increase(${METRICS.plansFinished.name}{outcome="${outcome}"}[$__range])))`;
}

const GOAL_MET = `sum(sum_over_time(${RECORDED.goalMet}[$__range])) / (sum(sum_over_time(${RECORDED.goalTotal}[$__range])) > 0)`;
const objective = count('durationObjective');

const durationGoal = panel(
  { id: 3, width: 8, height: 6, unit: 'percentunit' },
  {
    title: 'Duration goal',
    tells: `Of the plans that ended in the shown time other than by cancelling, how many completed within ${VALUES.durationGoal} of their creation; ${objective * 100} % is the objective. The error budget is what may still miss the goal: 100 % at the start, 0 % when all of it is used up, less when the objective is missed.`,
    act: 'Budget used up: find out in Time to rebalance whether plans wait or work too long before anything else is changed.',
    empty: 'no plan has ended, or Prometheus does not evaluate `mesh-rebalance.recording.yaml`.',
    noValue: 'No plan has finished, or no recording rules',
  },
  stat()
    .decimals(1)
    .withTarget(now('A', GOAL_MET, `Within ${VALUES.durationGoal}`))
    .withTarget(now('B', `1 - (1 - ${GOAL_MET}) / ${Number((1 - objective).toFixed(6))}`, 'Error budget left'))
    .overrideByName(`Within ${VALUES.durationGoal}`, coloured(steps(BAD, [objective, GOOD])))
    .overrideByName('Error budget left', coloured(steps(BAD, [0, WATCH], [0.25, GOOD]))),
);

const plansRunning = panel(
  { id: 4, width: 12, height: 9, unit: 'short' },
  {
    title: 'Plans running',
    tells:
      'Live plans over time: those at work, those that wait for approval, and those that are still being looked into.',
    act: 'Waiting grows: nobody approves. At work grows: more is begun than is finished.',
    empty: 'no controller of the chosen clusters exported anything in the shown time.',
    noValue: 'No controller reports',
  },
  lines()
    .legend(legendWith('lastNotNull'))
    .withTarget(overTime('A', running('draining|rebalancing'), 'At work'))
    .withTarget(overTime('B', running('rebalancePending'), 'Waiting for approval'))
    .withTarget(overTime('C', running('investigating'), 'Being looked into'))
    .overrideByName('At work', inColour(COLOUR.blue))
    .overrideByName('Waiting for approval', inColour(COLOUR.purple))
    .overrideByName('Being looked into', inColour(COLOUR.orange)),
);

/** Plans without a name are counted too. */
function running(states: string): string {
  return `sum(max by (${CLUSTER}, state) (${METRICS.plans.name}{state=~"${states}"}))`;
}

const waiting = panel(
  { id: 5, width: 12, height: 9, unit: 'short' },
  {
    title: 'Waiting for approval',
    tells: `The clusters in which plans wait for a person, the longest wait first; orange after ${VALUES.approvalNotice}, red after ${VALUES.approvalOverdue}.`,
    act: "Ask the cluster's approvers. The cluster's on-call page has the command line of each plan.",
    empty: 'nobody waits.',
    noValue: 'No plan waits for approval',
  },
  table({
    queries: [rows('A', OLDEST_WAIT), rows('B', `${CLUSTER_WAITING} > 0`)],
    columns: [
      { field: 'namespace', title: 'Namespace' },
      { field: 'cluster', title: 'Cluster', links: [clusterOfRow()] },
      { field: 'Value #B', title: 'Plans', decimals: 0 },
      {
        field: 'Value #A',
        title: 'Longest wait',
        unit: 's',
        decimals: 1,
        thresholds: risingTo(seconds('approvalNotice'), seconds('approvalOverdue')),
      },
    ],
    hidden: [],
    sortBy: [{ title: 'Longest wait', descending: true }],
  }),
);

/** Average length over the day before each point, in which enough ends for an average. */
const averageOf = (phase: string) => {
  const inADay = (suffix: string) => `sum(increase(${METRICS.phaseDuration.name}_${suffix}{phase="${phase}"}[1d]))`;
  return `${inADay('sum')} / (${inADay('count')} > 0)`;
};

const timeToRebalance = panel(
  { id: 6, width: 12, height: 9, unit: 's' },
  {
    title: 'Time to rebalance',
    tells:
      'How long a plan took on average from its creation to its end: the average wait for a decision, and on top of it what is left of the average plan, its work. Each bar is the average over the 24 hours before it.',
    act: 'Mostly waiting: decide sooner, or let the controller approve small plans itself. Mostly work: see What failed and why, and the limit of moves on the on-call page.',
    empty: 'no plan has ended.',
    noValue: 'No plan has finished',
  },
  monthlyBars()
    .decimals(1)
    .legend(legendWith('mean'))
    .withTarget(overTime('A', averageOf('approval'), 'Waiting for approval'))
    .withTarget(
      overTime(
        'B',
        // Where nothing asks for approval, all of the time is work.
        `clamp_min(${averageOf('total')} - (${averageOf('approval')} or 0 * ${averageOf('total')}), 0)`,
        'At work',
      ),
    )
    .overrideByName('Waiting for approval', inColour(COLOUR.purple))
    .overrideByName('At work', inColour(COLOUR.blue)),
);

const whatFailed = panel(
  { id: 7, width: 12, height: 9, unit: 'short' },
  {
    title: 'What failed and why',
    tells: 'Plans that failed in the shown time, by the reason that the controller gave, the most frequent first.',
    act: 'One reason far ahead of the others is worth a fix: its traces show where.',
    empty: 'no plan failed.',
    noValue: 'No plan has failed',
  },
  barGauge().withTarget(
    now(
      'A',
      `sort_desc(round(${increase('error_type', METRICS.failures.name, '$__range', 'phase="total"')}) > 0)`,
      '{{error_type}}',
    ),
  ),
);

const trend = panel(
  { id: 8, width: 24, height: 9, unit: 'short' },
  {
    title: 'Trend',
    tells:
      'Plans that ended, by how. Each bar is the time since the one before it: a day (UTC) on a page about 30 days.',
    act: 'More failures than before: see What failed and why. Far more plans: something keeps the fleet out of balance.',
    empty: 'no controller of the chosen clusters exported anything in the shown time.',
    noValue: 'No plan has finished',
  },
  monthlyBars()
    .legend(legendWith('sum'))
    .withTarget(overTime('A', increase('outcome', METRICS.plansFinished.name, '$__rate_interval'), '{{outcome}}'))
    .overrideByName('completed', inColour(COLOUR.green))
    .overrideByName('failed', inColour(COLOUR.vermilion))
    .overrideByName('cancelled', inColour(COLOUR.grey)),
);

/** For those who answer for the fleet. */
export const OVERVIEW: Page = {
  uid: UIDS.overview,
  title: 'Mesh rebalancing: overview',
  purpose:
    'For those who answer for the fleet: is it well, how many plans, how long do they take, who waits, what fails.',
  tags: ['overview'],
  from: 'now-30d',
  refresh: '5m',
  variables: [datasource, namespace, cluster],
  annotations: [firingAlerts(false)],
  rows: [
    {
      panels: [fleetHealth, plansFinished, durationGoal, plansRunning, waiting, timeToRebalance, whatFailed, trend],
    },
  ],
};
