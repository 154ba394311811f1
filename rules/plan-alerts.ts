import { HELD_BY_APPROVAL, METRICS, OTHER } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import {
  type AlertDefinition,
  CLUSTER_TEXT,
  LIST_COMMAND,
  labelText,
  ON_CLUSTER,
  ON_PLAN,
} from './alert-definition.js';
import { inSeconds } from './duration.js';
import {
  avg,
  type Expression,
  ignoring,
  increase,
  is,
  isNot,
  lastOverTime,
  max,
  maxOverTime,
  number,
  on,
  oneToMany,
  onManyToOne,
  round,
  series,
  sum,
  withJoinedLabel,
} from './promql/index.js';
import { AT_WORK, ageOf, CLUSTER, DRAIN, LEADERS, lastValue, NAMED_PLAN, NODE, PLAN } from './selectors.js';
import type { ThresholdValues } from './thresholds.js';

/** Labels that identify a reason for which a plan is held. */
const HOLD = [...PLAN, 'reason'] as const;

const PLAN_TEXT = `Plan ${labelText('plan_id')} of ${CLUSTER_TEXT}`;

/** Alerts on plans and on what they do to a cluster. */
export function planAlerts(values: ThresholdValues): AlertDefinition[] {
  const moving = sum(CLUSTER, max(PLAN, series(METRICS.shardsMoving)));
  const limit = max(CLUSTER, series(METRICS.shardsMovingLimit));
  const failed = round(
    sum(CLUSTER, increase(series(METRICS.plansFinished, is('outcome', 'failed')).range(values.failuresWindow))),
  );
  const oldestRequest = lastValue(series(METRICS.approvalOldestPending), values).differsFrom(0);
  const waitsFor = ageOf(oldestRequest, CLUSTER, values);
  return [
    // A plan at work has made no progress for `stuckAfter`, and nothing holds it back.
    {
      ...ON_PLAN,
      name: 'MeshRebalanceStuck',
      for: values.stuckConfirm,
      summary: 'A rebalance plan is stuck: it is at work and makes no progress.',
      severities: {
        critical: {
          expr: stuck(values),
          description: `${PLAN_TEXT} has made no progress for {{ $value | humanizeDuration }}; ${values.stuckAfter} is the limit. Neither a pause nor a guardrail holds it back.`,
        },
      },
    },
    // A plan at work has worked for longer than `workBudget`, holds and its wait for approval left out.
    {
      ...ON_PLAN,
      name: 'MeshRebalanceRunningTooLong',
      for: values.workConfirm,
      summary: 'A rebalance plan has been at work for longer than its budget.',
      severities: {
        warning: {
          expr: timeAtWork(values).above(inSeconds(values.workBudget)).unless(on(PLAN), series(METRICS.planEnded)),
          description: `${PLAN_TEXT} has worked for {{ $value | humanizeDuration }}, its wait for approval and what held it left out; the budget is ${values.workBudget}.`,
        },
      },
    },
    // A draining node with moves in flight has given up no shard for `drainStalledAfter`, and nothing holds its plan back.
    {
      ...ON_PLAN,
      name: 'MeshRebalanceNodeDrainStalled',
      for: values.drainStalledConfirm,
      labels: [...ON_PLAN.labels, 'node'],
      summary: 'A node that has begun to drain gives up no more shards.',
      severities: {
        warning: {
          expr: stalledDrains(values),
          description: `Node ${labelText('node')} of ${CLUSTER_TEXT} has given up no shard for {{ $value | humanizeDuration }} in plan ${labelText('plan_id')}; ${values.drainStalledAfter} is the limit.`,
        },
      },
    },
    // Something other than its approval has held a plan back for `heldFor`, or `heldTooLong`.
    {
      ...ON_PLAN,
      name: 'MeshRebalancePlanHeld',
      for: values.heldConfirm,
      labels: [...ON_PLAN.labels, 'reason'],
      summary: 'A rebalance plan has been held back for long.',
      severities: {
        info: {
          expr: heldBack(values).above(inSeconds(values.heldFor)),
          description: `${PLAN_TEXT} has been held back for {{ $value | humanizeDuration }}: ${labelText('reason')}. ${values.heldFor} is expected at most.`,
        },
        warning: {
          expr: heldBack(values).above(inSeconds(values.heldTooLong)),
          description: `${PLAN_TEXT} has been held back for {{ $value | humanizeDuration }}: ${labelText('reason')}. After ${values.heldTooLong} somebody has to look.`,
        },
      },
    },
    // A guardrail that holds a plan back has tripped `guardrailTrips` times or more within `guardrailWindow`.
    {
      ...ON_PLAN,
      name: 'MeshRebalanceGuardrailTripping',
      for: values.guardrailConfirm,
      labels: [...ON_PLAN.labels, 'reason'],
      summary: 'A guardrail holds a rebalance plan back again and again.',
      severities: {
        info: {
          expr: max(
            HOLD,
            withJoinedLabel(trips(values), 'reason', ['guardrail']).times(
              oneToMany([...CLUSTER, 'reason']),
              lastValue(series(METRICS.planHeld), values),
            ),
          ),
          description: `Guardrail ${labelText('reason')} holds plan ${labelText('plan_id')} of ${CLUSTER_TEXT} back; it has tripped {{ $value }} times in this cluster within ${values.guardrailWindow}.`,
        },
      },
    },
    // A plan is in the state `failed`.
    {
      ...ON_PLAN,
      name: 'MeshRebalancePlanFailed',
      summary: 'A rebalance plan has failed.',
      severities: {
        warning: {
          expr: max(PLAN, lastValue(series(METRICS.state, ...NAMED_PLAN, is('state', 'failed')), values)).equals(1),
          description: `${PLAN_TEXT} has failed. The alert ends when the plan retires from the metrics, 15 min after its end by default.`,
        },
      },
    },
    // `failuresWarning`, or `failuresCritical`, plans of a cluster or more have failed within `failuresWindow`.
    {
      ...ON_CLUSTER,
      name: 'MeshRebalanceRepeatedFailures',
      summary: 'Rebalance plans fail again and again.',
      severities: {
        warning: {
          expr: failed.atLeast(values.failuresWarning),
          description: `{{ $value }} plans of ${CLUSTER_TEXT} have failed within ${values.failuresWindow}; from ${values.failuresWarning} on it is a pattern.`,
        },
        critical: {
          expr: failed.atLeast(values.failuresCritical),
          description: `{{ $value }} plans of ${CLUSTER_TEXT} have failed within ${values.failuresWindow}; from ${values.failuresCritical} on nobody should wait for the next.`,
        },
      },
    },
    // More shards of a cluster move at once than its limit, or than `movesExcess` times its limit.
    {
      ...ON_CLUSTER,
      name: 'MeshRebalanceTooManyConcurrentMoves',
      for: values.movesConfirm,
      summary: 'More shards move at once than the policy allows.',
      severities: {
        warning: {
          expr: moving.above(on(CLUSTER), limit),
          description: `{{ $value }} shards of ${CLUSTER_TEXT} move at once, more than its policy allows.`,
        },
        critical: {
          expr: moving.above(on(CLUSTER), number(values.movesExcess).times(limit)),
          description: `{{ $value }} shards of ${CLUSTER_TEXT} move at once, more than ${values.movesExcess} times what its policy allows.`,
        },
      },
    },
    // The oldest request for approval of a cluster is older than `approvalNotice`, or `approvalOverdue`.
    {
      ...ON_CLUSTER,
      name: 'MeshRebalanceApprovalPending',
      for: values.approvalConfirm,
      command: `${LIST_COMMAND} --state rebalancePending`,
      summary: 'A rebalance plan waits for approval.',
      severities: {
        info: {
          expr: waitsFor.above(inSeconds(values.approvalNotice)),
          description: `A plan of ${CLUSTER_TEXT} has waited for approval for {{ $value | humanizeDuration }}; ${values.approvalNotice} is expected at most.`,
        },
        warning: {
          expr: waitsFor.above(inSeconds(values.approvalOverdue)),
          description: `A plan of ${CLUSTER_TEXT} has waited for approval for {{ $value | humanizeDuration }}; after ${values.approvalOverdue} somebody has to answer.`,
        },
      },
    },
    // Any plan of a cluster is at work, those without a name included.
    {
      ...ON_CLUSTER,
      name: 'MeshRebalanceInProgress',
      summary: 'A rebalance is in progress.',
      severities: {
        info: {
          expr: sum(CLUSTER, max([...CLUSTER, 'state'], series(METRICS.plans, AT_WORK))).above(0),
          description: `{{ $value }} plans of ${CLUSTER_TEXT} are at work. This alert notifies nobody: it is there to mute your own alerts on disks and latency meanwhile.`,
        },
      },
    },
    // The fullest node of a steady cluster exceeds the average by `imbalance` and by `imbalanceShards`.
    {
      ...ON_CLUSTER,
      name: 'MeshRebalanceImbalanceWhileSteady',
      for: values.imbalanceConfirm,
      summary: 'A cluster is imbalanced and nothing is being done about it.',
      severities: {
        info: {
          expr: imbalance(values),
          description: `The fullest node of ${CLUSTER_TEXT} has {{ $value | humanizePercentage }} more shards than the average, and the controller has been steady.`,
        },
      },
    },
    // Plans are folded together: there are more than the package shows by name.
    {
      ...ON_CLUSTER,
      name: 'MeshRebalancePlansUntracked',
      for: values.untrackedConfirm,
      summary: 'There are more plans than the metrics show by name.',
      severities: {
        warning: {
          expr: sum(
            CLUSTER,
            max([...CLUSTER, 'state'], lastValue(series(METRICS.state, is('plan_id', OTHER)), values)),
          ).above(0),
          description: `{{ $value }} plans of ${CLUSTER_TEXT} are folded into plan_id="${OTHER}": no alert can name them. Raise \`maxPlans\`.`,
        },
      },
    },
  ];
}

/**
 * A hold that lapses is no release, and goes on when its guardrail trips again: it counts for as long as nobody would
 * call the plan stuck. A plan that was released has made progress by that.
 */
function stuck(values: ThresholdValues): Expression {
  const held = lastOverTime(series(METRICS.planHeld).range(values.stuckAfter));
  return ageOf(lastValue(series(METRICS.planProgress), values), PLAN, values)
    .above(inSeconds(values.stuckAfter))
    .unless(on(PLAN), held.or(series(METRICS.planEnded)).onOneLine());
}

function timeAtWork(values: ThresholdValues): Expression {
  const spent = (phase: 'work' | 'held') => lastValue(series(METRICS.duration, is('phase', phase)), values);
  return max(PLAN, spent('work').minus(ignoring(['phase']), spent('held')));
}

/** A drain without moves in flight waits for its turn. */
function stalledDrains(values: ThresholdValues): Expression {
  // The moves of a controller that crashed may have to begin anew, which is no turn that has yet to come.
  const moved = maxOverTime(series(METRICS.drainShardsMoving).range(values.restartTolerance));
  return ageOf(lastValue(series(METRICS.drainProgress), values), DRAIN, values)
    .above(inSeconds(values.drainStalledAfter))
    .and(on(DRAIN), moved.above(0))
    .unless(on(PLAN), series(METRICS.planHeld));
}

/** Seconds for which a plan has been held, with each reason; a hold that has lapsed goes on unless the plan has moved. */
function heldBack(values: ThresholdValues): Expression {
  const notByApproval = series(METRICS.planHeld, isNot('reason', HELD_BY_APPROVAL));
  const since = series(METRICS.planHeldSince);
  const lapsed = lastOverTime(since.range(values.stuckAfter));
  const moved = series(METRICS.planProgress).above(lapsed);
  const ended = lastOverTime(series(METRICS.planEnded).range(values.stuckAfter));
  const either = since.or(lapsed.unless(moved)).onOneLine();
  return max(HOLD, lastOverTime(notByApproval.range(values.stuckAfter)))
    .times(onManyToOne(PLAN), ageOf(either, PLAN, values))
    .unless(on(PLAN), ended.or(series(METRICS.planHeld, is('reason', HELD_BY_APPROVAL))).onOneLine());
}

/** Trips of each guardrail in each cluster, as far as they are many. */
function trips({ guardrailWindow, guardrailTrips }: ThresholdValues): Expression {
  const counted = sum([...CLUSTER, 'guardrail'], increase(series(METRICS.guardrailTrips).range(guardrailWindow)));
  return round(counted).atLeast(guardrailTrips);
}

/** A node that a plan has emptied is empty on purpose, and takes no part in the average. */
function imbalance(values: ThresholdValues): Expression {
  const shards = lastValue(series(METRICS.nodeShards, isNot('node', OTHER)), values);
  const average = avg(CLUSTER, shards.unless(on(NODE), lastValue(series(METRICS.nodeEmptied), values)).onOneLine());
  return max(CLUSTER, shards)
    .minus(average)
    .atLeast(values.imbalanceShards)
    .dividedBy(average)
    .above(values.imbalance)
    .and(on(CLUSTER), lastValue(LEADERS, values).equals(1));
}
