import { METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { inSeconds } from '../../rules/duration.js';
import {
  anyOf,
  type Expression,
  group,
  increase,
  is,
  max,
  number,
  on,
  round,
  series,
  sum,
  TOGETHER,
} from '../../rules/promql/index.js';
import { ACTIVE_PLANS, CLUSTER, PLAN } from '../../rules/selectors.js';
import type { Settings } from '../../rules/settings.js';
import type { ThresholdValues } from '../../rules/thresholds.js';
import { badFrom, risingTo } from '../colour-steps.js';
import type { PageRow } from '../layout.js';
import { clusterOfRow, planOfRow, planPage, runbookOfRow, traceOfRow } from '../links.js';
import { BAD, COLOUR, GOOD, SEVERITY_NAMES, STATE_NAMES, WATCH } from '../palette.js';
import { now, type PagePanel, rows } from '../panel.js';
import { CRITICAL_ALERTS, FIRING_ALERTS_AND_CLUSTERLESS } from '../queries/alerts.js';
import {
  CLUSTER_LIMIT,
  CLUSTER_MOVING,
  CLUSTER_WAITING,
  OVER_LIMIT,
  oldestWait,
  repeatedFailures,
  silentControllers,
} from '../queries/clusters.js';
import {
  FREE_PLANS,
  LIVE_PLANS,
  PLAN_CREATED,
  PLAN_INFO,
  PLAN_PROGRESS,
  PLAN_REMAINING,
  planAge,
  STANDSTILL_PARTS,
  standstill,
  stuckPlans,
  timeLeft,
} from '../queries/plans.js';
import { countOf, orZero } from '../queries/shapes.js';
import { table } from '../table-panel.js';
import { verdict } from '../verdict.js';
import { coloured, stat } from '../visuals.js';

/** The first row: three answers, the alerts, the plans. */
export function answers(settings: Settings): PageRow {
  const { values } = settings;
  return {
    panels: [isItMoving(values), isItSafe(values), whoMustAct(values), firing(settings), activePlans(values)],
  };
}

function isItMoving(values: ThresholdValues): PagePanel {
  const { stuckAfter } = values;
  return {
    width: 8,
    height: 5,
    unit: 'short',
    title: 'Is it moving?',
    shows: `The worst of the chosen clusters' plans in one word. **Stuck**: a plan at work has made no progress for ${stuckAfter}, and nothing holds it back on purpose. **Moving**: a plan is at work, and nothing holds it back. **Held back**: a pause or a guardrail holds every plan at work. Beside it the plans at work, those that are stuck, and the moves in flight.`,
    act: 'Stuck: open the plan in the table below and follow the runbook of MeshRebalanceStuck. Held back: the table below says by what, and for how long.',
    empty: 'no controller of the chosen clusters exports anything; see Controller heartbeat.',
    noValue: 'No controller reports',
    visual: stat(),
    queries: [
      verdict([
        { text: '✖ Stuck', color: BAD, when: stuckPlans(values) },
        { text: '▶ Moving', color: GOOD, when: FREE_PLANS },
        { text: '‖ Held back', color: WATCH, when: ACTIVE_PLANS },
        { text: '● Nothing to do', color: COLOUR.grey },
      ]),
      now(countOf(ACTIVE_PLANS), 'Plans at work'),
      now(countOf(stuckPlans(values)), 'Stuck', coloured(badFrom(1))),
      now(sum(TOGETHER, CLUSTER_MOVING), 'Moves in flight'),
    ],
  };
}

function isItSafe(values: ThresholdValues): PagePanel {
  const { failuresWarning, failuresCritical, failuresWindow, heartbeatTimeout, movesExcess } = values;
  const failed = series(METRICS.plansFinished, is('outcome', 'failed')).range(failuresWindow);
  return {
    width: 8,
    height: 5,
    unit: 'short',
    title: 'Is it safe?',
    shows: `**No** if a controller has given no heartbeat for ${heartbeatTimeout}, or more shards move than the policy of a cluster allows. **Plans keep failing**: ${failuresWarning} or more of one cluster within ${failuresWindow}. Beside it the fullest use of any cluster's limit, the plans that failed within ${failuresWindow}, and the silent controllers.`,
    act: 'Too many moves: pause the controller (runbook of MeshRebalanceTooManyConcurrentMoves). Controller silent: nothing is watched over; see Controller heartbeat. Plans keep failing: see Failure reasons.',
    empty: 'no controller of the chosen clusters exports anything, nor has within a day.',
    noValue: 'No controller reports',
    visual: stat(),
    queries: [
      verdict([
        { text: '✖ Controller silent', color: BAD, when: silentControllers(values) },
        { text: '✖ Too many moves', color: BAD, when: OVER_LIMIT },
        { text: '▲ Plans keep failing', color: WATCH, when: repeatedFailures(values) },
        { text: '✔ Yes', color: GOOD },
      ]),
      now(
        max(TOGETHER, CLUSTER_MOVING.dividedBy(on(CLUSTER), CLUSTER_LIMIT.above(0))),
        'Use of the limit',
        coloured(risingTo(1.0001, Number(movesExcess)), 'percentunit'),
      ),
      now(
        round(sum(TOGETHER, increase(failed))),
        `Failed in ${failuresWindow}`,
        coloured(risingTo(Number(failuresWarning), Number(failuresCritical))),
      ),
      now(countOf(silentControllers(values)), 'Silent controllers', coloured(badFrom(1))),
    ],
  };
}

function whoMustAct(values: ThresholdValues): PagePanel {
  const { approvalNotice, approvalOverdue } = values;
  const inTrouble = anyOf(
    group(CLUSTER, CRITICAL_ALERTS),
    group(CLUSTER, stuckPlans(values)),
    group(CLUSTER, silentControllers(values)),
  );
  const criticalAlerts = max(['alertname', 'namespace', 'cluster', 'plan_id', 'node'], CRITICAL_ALERTS);
  return {
    width: 8,
    height: 5,
    unit: 'short',
    title: 'Who must act?',
    shows: `**On-call**: a critical alert fires, a plan is stuck or a controller is silent. **Approver**: a plan waits for a decision; **overdue** after ${approvalOverdue}. Beside it the plans that wait, the longest wait, and the critical alerts that fire.`,
    act: 'On-call: Firing alerts has the runbook of each. Approver: Approval queue has the command line of each plan.',
    empty:
      'no controller of the chosen clusters exports anything; see Controller heartbeat. Without the alerting rules, critical alerts count as none.',
    noValue: 'No controller reports',
    visual: stat(),
    queries: [
      verdict([
        { text: '✖ On-call, now', color: BAD, when: inTrouble },
        { text: '▲ Approver, overdue', color: WATCH, when: oldestWait(values).above(inSeconds(approvalOverdue)) },
        { text: '‖ Approver', color: COLOUR.purple, when: CLUSTER_WAITING.above(0) },
        { text: '✔ Nobody', color: GOOD },
      ]),
      now(sum(TOGETHER, CLUSTER_WAITING), 'Plans waiting'),
      now(
        orZero(max(TOGETHER, oldestWait(values))),
        'Longest wait',
        coloured(risingTo(inSeconds(approvalNotice), inSeconds(approvalOverdue)), 's'),
      ),
      now(countOf(criticalAlerts), 'Critical alerts', coloured(badFrom(1))),
    ],
  };
}

function firing(settings: Settings): PagePanel {
  return {
    width: 24,
    height: 6,
    unit: 'short',
    title: 'Firing alerts',
    shows:
      'Every alert of this package that fires for the chosen clusters, critical ones first, and those on the way of the telemetry (Prometheus, Collectors), which belong to no cluster.',
    act: 'Click the name for its runbook, the plan for its page. Critical first: the others are often its consequences.',
    empty: 'no alert fires, or Prometheus does not evaluate `mesh-rebalance.alerts.yaml`.',
    noValue: 'No alert fires',
    ...table({
      queries: {
        firing: rows(
          max(
            ['alertname', 'severity', 'namespace', 'cluster', 'plan_id', 'node', 'instance'],
            FIRING_ALERTS_AND_CLUSTERLESS,
          ),
        ),
      },
      columns: [
        { label: 'severity', title: 'Severity', width: 120, mapping: SEVERITY_NAMES },
        { label: 'alertname', title: 'Alert', link: runbookOfRow(settings) },
        { label: 'namespace', title: 'Namespace' },
        { label: 'cluster', title: 'Cluster', link: clusterOfRow },
        { label: 'plan_id', title: 'Plan', link: planPage },
        { label: 'node', title: 'Node' },
        { label: 'instance', title: 'Instance' },
      ],
      // critical, info, warning: what pages stands first.
      sortBy: { title: 'Severity', descending: false },
    }),
  };
}

function activePlans(values: ThresholdValues): PagePanel {
  const ofLive = (expression: Expression) => rows(expression.and(on(PLAN), LIVE_PLANS));
  return {
    width: 24,
    height: 9,
    unit: 'short',
    title: 'Active plans',
    shows:
      'Every live plan with a name: its state, its age, how long it has been in that state, why it stands still and for how long, how much has moved, how long it will still take, what caused it and who approves. Of several things that hold a plan back one is named. Plans beyond `maxPlans` have no name and are missing here; the alert MeshRebalancePlansUntracked tells of them.',
    act: 'Click a plan for its page, which begins at its creation, or its trace id for its trace. A plan that stands still: the word says whom to ask. Without time left there is no pace to go by.',
    empty: 'no plan is live: nothing is being rebalanced and nothing waits.',
    noValue: 'No plan is live',
    ...table({
      queries: {
        state: rows(LIVE_PLANS),
        age: ofLive(planAge('planCreated', values)),
        inState: ofLive(planAge('planStateSince', values)),
        standstill: ofLive(standstill(values)),
        moved: ofLive(PLAN_PROGRESS),
        left: ofLive(PLAN_REMAINING),
        timeLeft: ofLive(timeLeft(values)),
        info: ofLive(PLAN_INFO),
        created: ofLive(number(1000).times(PLAN_CREATED)),
      },
      columns: [
        { label: 'namespace', title: 'Namespace' },
        { label: 'cluster', title: 'Cluster', link: clusterOfRow },
        { label: 'plan_id', title: 'Plan', link: planOfRow('created') },
        { label: 'state', title: 'State', mapping: STATE_NAMES },
        { value: 'age', title: 'Age', unit: 's', decimals: 1 },
        { value: 'inState', title: 'In this state', unit: 's', decimals: 1 },
        { label: 'standstill', title: 'Stands still', noValue: '–' },
        { value: 'moved', title: 'Moved', unit: 'percentunit', decimals: 0, bar: true, width: 160 },
        { value: 'left', title: 'Left', decimals: 0 },
        { value: 'timeLeft', title: 'Time left', unit: 's', decimals: 1, noValue: '–' },
        { label: 'trigger', title: 'Trigger' },
        { label: 'approval_mode', title: 'Approval' },
        { label: 'trace_id', title: 'Trace', link: traceOfRow },
        { value: 'created', title: 'Created', unit: 'dateTimeAsIso' },
      ],
      hidden: [...STANDSTILL_PARTS],
      sortBy: { title: 'Age', descending: true },
    }),
  };
}
