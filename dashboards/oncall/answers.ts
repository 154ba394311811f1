import { METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { inSeconds } from '../../rules/duration.js';
import { type Expression, is, max, series, TOGETHER } from '../../rules/promql/index.js';
import { ACTIVE_PLANS } from '../../rules/selectors.js';
import type { Settings } from '../../rules/settings.js';
import type { ThresholdValues } from '../../rules/thresholds.js';
import { badFrom, ofWaits, risingTo } from '../colour-steps.js';
import type { PageRow } from '../layout.js';
import { BAD, COLOUR, GOOD, WATCH } from '../palette.js';
import { now, type PagePanel } from '../panel.js';
import { CLUSTER_WAITING, oldestWait, silentControllers } from '../queries/clusters.js';
import { HELD_BACK_PLANS, stuckPlans, WAITING_PLANS } from '../queries/plans.js';
import { countOf, increaseBy, orZero } from '../queries/shapes.js';
import { conditions, serious, urgent } from '../queries/trouble.js';
import { verdict } from '../verdict.js';
import { coloured, numbers } from '../visuals.js';
import { activePlans } from './active-plans.js';
import { FAILURE_REASONS, firing } from './alerts-and-failures.js';

/** The first screen: whether anything is wrong, which plan, why, since when, and who must act. */
export function answers(settings: Settings): PageRow {
  const { values } = settings;
  return {
    panels: [
      isAnythingWrong(values),
      whoMustAct(values),
      plansNow(values),
      troubleNow(values),
      activePlans(values),
      firing(settings),
      FAILURE_REASONS,
    ],
  };
}

const NO_CONTROLLER = {
  empty: 'no controller of the chosen clusters exports anything; see Controller state.',
  noValue: 'Nothing reports',
};

function isAnythingWrong(values: ThresholdValues): PagePanel {
  const { stuckAfter, heartbeatTimeout, failuresWarning, failuresCritical, failuresWindow } = values;
  const { movesExcess, approvalOverdue, heldTooLong } = values;
  return {
    width: 6,
    height: 4,
    unit: 'none',
    title: 'Is anything wrong?',
    shows: `The worst of the chosen clusters in a word. **Controller silent**: no heartbeat for ${heartbeatTimeout}. **Plan stuck**: at work without progress for ${stuckAfter}, and nothing holds it back on purpose. **Too many moves**: more than the policy of a cluster allows; with ✖ from ${movesExcess} times as many on. **Plans keep failing**: ${failuresWarning} or more of one cluster within ${failuresWindow}; with ✖ from ${failuresCritical} on. **Critical alert**: any other that pages. **Decision overdue**: after ${approvalOverdue}. **Held for long**: by something else for ${heldTooLong}.`,
    act: 'The first rows of Active plans say which plan, why, and since when; the first of Controller state which controller. Too many moves: pause the controller (runbook of MeshRebalanceTooManyConcurrentMoves).',
    ...NO_CONTROLLER,
    ...verdict([
      ...urgent(values).map(([text, when]) => ({ text: `✖ ${text}`, color: BAD, when: [when] })),
      ...serious(values).map(([text, when]) => ({ text: `▲ ${text}`, color: WATCH, when: [when] })),
      { text: '▲ Decision overdue', color: WATCH, when: [overdue(values)] },
      { text: '✔ No', color: GOOD },
    ]),
  };
}

function overdue(values: ThresholdValues): Expression {
  return oldestWait(values).above(inSeconds(values.approvalOverdue));
}

function whoMustAct(values: ThresholdValues): PagePanel {
  const { approvalOverdue } = values;
  return {
    width: 6,
    height: 4,
    unit: 'none',
    title: 'Who must act?',
    shows: `**On-call, now**: something is wrong that Is anything wrong? marks with ✖; **today**: with ▲. **Approver**: a plan waits for a decision; **overdue** after ${approvalOverdue}.`,
    act: 'On-call: Active plans has the command of each plan, Firing alerts the runbook. Approver: Active plans has the command that approves.',
    ...NO_CONTROLLER,
    ...verdict([
      { text: '✖ On-call, now', color: BAD, when: conditions(urgent(values)) },
      { text: '▲ On-call, today', color: WATCH, when: conditions(serious(values)) },
      { text: '▲ Approver, overdue', color: WATCH, when: [overdue(values)] },
      { text: '‖ Approver', color: COLOUR.purple, when: [CLUSTER_WAITING.above(0)] },
      { text: '✔ Nobody', color: GOOD },
    ]),
  };
}

function plansNow(values: ThresholdValues): PagePanel {
  return {
    width: 6,
    height: 4,
    unit: 'none',
    title: 'Plans now',
    shows:
      'Plans with a name: those at work, those of them that are stuck, those that something other than their approval or the want of a slot holds back, and those that wait for a decision.',
    act: 'Active plans has each of them, the worst first.',
    ...NO_CONTROLLER,
    visual: numbers(),
    queries: [
      now(countOf(ACTIVE_PLANS), 'At work'),
      now(countOf(stuckPlans(values)), 'Stuck', coloured(badFrom(1))),
      now(countOf(HELD_BACK_PLANS), 'Held back'),
      now(countOf(WAITING_PLANS), 'To approve'),
    ],
  };
}

function troubleNow(values: ThresholdValues): PagePanel {
  const { failuresWarning, failuresCritical, failuresWindow } = values;
  const failed = series(METRICS.plansFinished, is('outcome', 'failed'));
  return {
    width: 6,
    height: 4,
    unit: 'none',
    title: 'Failures and waits',
    shows: `Plans that failed within ${failuresWindow}, the longest wait for a decision, and the controllers that are silent.`,
    act: 'Failed: see Failure reasons. A long wait: Active plans has the command that approves. Silent: see Controller state.',
    ...NO_CONTROLLER,
    visual: numbers(),
    queries: [
      now(
        orZero(increaseBy(TOGETHER, failed, failuresWindow)),
        `Failed in ${failuresWindow}`,
        coloured(risingTo(Number(failuresWarning), Number(failuresCritical))),
      ),
      now(orZero(max(TOGETHER, oldestWait(values))), 'Undecided for', [
        ...coloured(ofWaits(values), 's'),
        { id: 'decimals', value: 1 },
      ]),
      now(countOf(silentControllers(values)), 'Silent', coloured(badFrom(1))),
    ],
  };
}
