import { METRICS, type Outcome, type RebalanceState } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import {
  anyOf,
  clampMin,
  count,
  type Expression,
  group,
  histogramSeries,
  increase,
  is,
  isOneOf,
  max,
  number,
  series,
  sum,
  sumOverTime,
  TOGETHER,
} from '../../rules/promql/index.js';
import { RECORDED } from '../../rules/recording.js';
import { CLUSTER } from '../../rules/selectors.js';
import type { ThresholdValues } from '../../rules/thresholds.js';
import { badFrom, ofWaits, steps } from '../colour-steps.js';
import type { PageRow } from '../layout.js';
import { clusterOfRow, ONCALL_PAGE } from '../links.js';
import { BAD, CLEAR, CLUSTER_CODES, CLUSTER_STANDINGS, COLOUR, GOOD, WATCH } from '../palette.js';
import { exemplarsOf, now, overTime, type PagePanel, rows } from '../panel.js';
import {
  CLUSTER_WAITING,
  CONTROLLERS,
  oldestWait,
  overLimit,
  repeatedFailures,
  silentControllers,
} from '../queries/clusters.js';
import { stuckPlans } from '../queries/plans.js';
import { code, countOf, firstOf, increaseBy } from '../queries/shapes.js';
import { conditions, serious, urgent } from '../queries/trouble.js';
import { table } from '../table-panel.js';
import { verdict } from '../verdict.js';
import { byOutcome, coloured, inColour, lines, monthlyBars, numbers } from '../visuals.js';
import { NOTHING_EXPORTED } from '../when-empty.js';

/** The whole page: the fleet over a month. */
export function fleet(values: ThresholdValues): PageRow {
  return {
    panels: [
      fleetHealth(values),
      clustersNow(values),
      PLANS_FINISHED,
      durationGoal(values),
      attention(values),
      WHAT_FAILED,
      PLANS_RUNNING,
      TIME_TO_REBALANCE,
      TREND,
    ],
  };
}

function inTrouble(values: ThresholdValues): Expression {
  return anyOf(
    group(CLUSTER, stuckPlans(values)),
    group(CLUSTER, overLimit()),
    group(CLUSTER, repeatedFailures('warning', values)),
  );
}

function fleetHealth(values: ThresholdValues): PagePanel {
  const [silence, ...otherUrgent] = urgent(values);
  return {
    width: 6,
    height: 4,
    unit: 'none',
    title: 'Fleet health',
    shows: `Whether every chosen cluster is looked after. **Controllers silent**: a controller has given no heartbeat for ${values.heartbeatTimeout}. **Needs help now**: a plan is stuck, far more shards move than allowed, plans keep failing, or another alert pages. **Needs attention**: the same in a milder form, which can wait for the day.`,
    act: 'Not healthy: whoever is on call has been told. Clusters that need somebody says which; the on-call page shows what it is.',
    empty: 'no controller exports anything: rebalancing is not watched over.',
    noValue: 'Nothing reports',
    ...verdict(
      [
        { text: '✖ Controllers silent', color: BAD, when: conditions([silence]) },
        { text: '✖ Needs help now', color: BAD, when: conditions(otherUrgent) },
        { text: '▲ Needs attention', color: WATCH, when: conditions(serious(values)) },
        { text: '✔ Healthy', color: GOOD },
      ],
      [ONCALL_PAGE],
    ),
  };
}

function clustersNow(values: ThresholdValues): PagePanel {
  return {
    width: 6,
    height: 4,
    unit: 'none',
    title: 'Clusters',
    shows: 'How many clusters there are, how many of them need attention, and how many controllers are silent.',
    act: 'Clusters that need somebody says which.',
    empty: 'no controller exports anything: rebalancing is not watched over.',
    noValue: 'Nothing reports',
    visual: numbers(),
    queries: [
      now(count(TOGETHER, CONTROLLERS), 'Clusters'),
      now(countOf(inTrouble(values)), 'Need attention', coloured(steps(CLEAR, [1, WATCH]))),
      now(countOf(silentControllers(values)), 'Silent', coloured(badFrom(1))),
    ],
  };
}

const PLANS_FINISHED: PagePanel = {
  width: 6,
  height: 4,
  unit: 'none',
  title: 'Plans finished',
  shows:
    'Plans that ended in the shown time, by how: completed, failed, or cancelled (rejected and expired ones included).',
  act: 'Some failures are normal. Many: see What failed and why.',
  empty: 'no controller of the chosen clusters exports anything.',
  noValue: 'No plan has finished',
  visual: numbers({ decimals: 0 }),
  queries: [
    now(finished('completed'), 'Completed'),
    now(finished('failed'), 'Failed'),
    now(finished('cancelled'), 'Cancelled'),
  ],
};

function finished(outcome: Outcome): Expression {
  return increaseBy(TOGETHER, series(METRICS.plansFinished, is('outcome', outcome)), '$__range');
}

function durationGoal(values: ThresholdValues): PagePanel {
  const objective = Number(values.durationObjective);
  const inAll = (recorded: Expression & (typeof RECORDED)['goalMet']) =>
    sum(TOGETHER, sumOverTime(recorded.range('$__range')));
  const met = inAll(RECORDED.goalMet).dividedBy(inAll(RECORDED.goalTotal).above(0));
  const missed = number(1).minus(met);
  return {
    width: 6,
    height: 4,
    unit: 'percentunit',
    title: 'Duration goal',
    shows: `Of the plans that ended in the shown time other than by cancelling, how many completed within ${values.durationGoal} of their creation; ${objective * 100} % is the objective. The error budget is what may still miss the goal: 100 % at the start, 0 % when all of it is used up, less when the objective is missed.`,
    act: 'Budget used up: find out in Time to rebalance whether plans wait or work too long before anything else is changed.',
    empty: 'no plan has ended, or Prometheus does not evaluate `mesh-rebalance.recording.yaml`.',
    noValue: 'None yet',
    visual: numbers({ decimals: 1 }),
    queries: [
      now(met, `Within ${values.durationGoal}`, coloured(steps(BAD, [objective, GOOD]))),
      now(
        number(1).minus(missed.dividedBy(Number((1 - objective).toFixed(6)))),
        'Budget left',
        coloured(steps(BAD, [0, WATCH], [0.25, GOOD])),
      ),
    ],
  };
}

const PLANS_RUNNING: PagePanel = {
  width: 12,
  height: 8,
  unit: 'none',
  title: 'Plans running',
  shows:
    'Live plans over time: those at work, those that wait for approval, and those that are still being looked into.',
  act: 'Waiting grows: nobody approves. At work grows: more is begun than is finished.',
  ...NOTHING_EXPORTED,
  visual: lines(),
  queries: [
    overTime(running('draining', 'rebalancing'), 'At work', inColour(COLOUR.blue)),
    overTime(running('rebalancePending'), 'Waiting for approval', inColour(COLOUR.purple)),
    overTime(running('investigating'), 'Being looked into', inColour(COLOUR.grey)),
  ],
};

/** Plans without a name are counted too. */
function running(...states: readonly RebalanceState[]): Expression {
  return sum(TOGETHER, max([...CLUSTER, 'state'], series(METRICS.plans, isOneOf('state', states))));
}

/** Clusters that need somebody, with the gravest reason of each. */
function standing(values: ThresholdValues): Expression {
  return firstOf(
    CLUSTER,
    code(CLUSTER_CODES.silent, silentControllers(values)),
    code(CLUSTER_CODES.stuck, group(CLUSTER, stuckPlans(values))),
    code(CLUSTER_CODES.farOverLimit, overLimit(values.movesExcess)),
    code(CLUSTER_CODES.failingBadly, repeatedFailures('critical', values)),
    code(CLUSTER_CODES.overLimit, overLimit()),
    code(CLUSTER_CODES.failing, repeatedFailures('warning', values)),
    code(CLUSTER_CODES.waits, oldestWait(values)),
  );
}

function attention(values: ThresholdValues): PagePanel {
  const { approvalNotice, approvalOverdue } = values;
  return {
    width: 14,
    height: 6,
    unit: 'none',
    title: 'Clusters that need somebody',
    shows: `The clusters that need somebody, the worst first, with the gravest reason of each; then how many plans wait for a person there, and the longest wait: blue after ${approvalNotice}, orange after ${approvalOverdue}.`,
    act: "Click a cluster for its on-call page. Waits: ask the cluster's approvers; the on-call page has the command of each plan.",
    empty: 'no cluster needs anybody, and nobody waits.',
    noValue: 'No cluster needs anybody',
    ...table({
      queries: {
        standing: rows(standing(values)),
        plans: rows(CLUSTER_WAITING.above(0)),
        wait: rows(oldestWait(values)),
      },
      columns: [
        { value: 'standing', title: 'Standing', width: 190, mapping: CLUSTER_STANDINGS },
        { label: 'cluster', title: 'Cluster', link: clusterOfRow },
        { label: 'namespace', title: 'Namespace' },
        { value: 'plans', title: 'Plans waiting', decimals: 0, width: 120 },
        {
          value: 'wait',
          title: 'Longest wait',
          unit: 's',
          decimals: 1,
          width: 120,
          thresholds: ofWaits(values),
        },
      ],
      sortBy: [
        { title: 'Standing', descending: true },
        { title: 'Longest wait', descending: true },
      ],
    }),
  };
}

/** Sum and number of phases over the day before each point: enough ends in a day for an average. */
function inADay(phase: 'approval' | 'total', part: 'sum' | 'count'): Expression {
  return sum(TOGETHER, increase(histogramSeries(METRICS.phaseDuration, part, is('phase', phase)).range('1d')));
}

/** None where no phase has ended. */
function averageOf(phase: 'approval' | 'total', times = inADay(phase, 'sum')): Expression {
  return times.dividedBy(inADay(phase, 'count').above(0));
}

/** All of the time is work in a plan that asks for no approval. */
const WAIT_OR_NONE = averageOf('approval')
  .or(averageOf('total', number(0).times(inADay('total', 'sum'))))
  .onOneLine();

const TIME_TO_REBALANCE: PagePanel = {
  width: 12,
  height: 8,
  unit: 's',
  title: 'Time to rebalance',
  shows:
    'How long a plan took on average from its creation to its end: the average wait for a decision, and on top of it what is left of the average plan, its work. Each bar is the average over the 24 hours before it. Some plans have a diamond, at all of the time that it took.',
  act: 'A diamond far above the bars: click it for the trace of its plan. Mostly waiting: decide sooner, or let the controller approve small plans itself. Mostly work: see What failed and why, and the limit of moves on the on-call page.',
  empty: 'no plan has ended.',
  noValue: 'No plan has finished',
  visual: monthlyBars({ decimals: 1 }),
  queries: [
    overTime(averageOf('approval'), 'Waiting for approval', inColour(COLOUR.purple)),
    overTime(clampMin(averageOf('total').minus(WAIT_OR_NONE), 0), 'At work', inColour(COLOUR.blue)),
    exemplarsOf(histogramSeries(METRICS.phaseDuration, 'bucket', is('phase', 'total'))),
  ],
};

const WHAT_FAILED: PagePanel = {
  width: 10,
  height: 6,
  unit: 'none',
  title: 'What failed and why',
  shows: 'Plans that failed in the shown time, by the reason that the controller gave, the most frequent first.',
  act: 'One reason far ahead of the others is worth a fix: its traces show where.',
  empty: 'no plan failed.',
  noValue: 'No plan has failed',
  ...table({
    queries: {
      plans: rows(increaseBy(['error_type'], series(METRICS.failures, is('phase', 'total')), '$__range').above(0)),
    },
    columns: [
      { label: 'error_type', title: 'Reason' },
      { value: 'plans', title: 'Plans', decimals: 0, width: 90 },
    ],
    sortBy: [{ title: 'Plans', descending: true }],
  }),
};

const TREND: PagePanel = {
  width: 24,
  height: 7,
  unit: 'none',
  title: 'Trend',
  shows: 'Plans that ended, by how. Each bar is the time since the one before it: a day (UTC) on a page about 30 days.',
  act: 'More failures than before: see What failed and why. Far more plans: something keeps the fleet out of balance.',
  empty: 'no controller of the chosen clusters exported anything in the shown time.',
  noValue: 'No plan has finished',
  visual: monthlyBars({ overrides: byOutcome() }),
  queries: [overTime(increaseBy(['outcome'], series(METRICS.plansFinished), '$__rate_interval'), '{{outcome}}')],
};
