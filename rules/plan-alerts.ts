import { METRICS, OTHER } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
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
  changes,
  type Expression,
  increase,
  is,
  isNot,
  max,
  maxOverTime,
  min,
  number,
  on,
  round,
  series,
  sum,
  time,
} from './promql/index.js';
import {
  AT_WORK,
  CLUSTER,
  DRAIN,
  heldPlans,
  lastValue,
  NAMED_PLAN,
  NO_PLAN,
  NODE,
  PLAN,
  unmovedPlans,
  whereActiveSince,
} from './selectors.js';
import type { ThresholdValues } from './thresholds.js';

const PLAN_TEXT = `Plan ${labelText('plan_id')} of ${CLUSTER_TEXT}`;

/** Alerts on plans and on what they do to a cluster. */
export function planAlerts(values: ThresholdValues): AlertDefinition[] {
  const moving = sum(CLUSTER, max(PLAN, series(METRICS.shardsMoving)));
  const limit = max(CLUSTER, series(METRICS.shardsMovingLimit));
  const failed = round(
    sum(CLUSTER, increase(series(METRICS.plansFinished, is('outcome', 'failed')).range(values.failuresWindow))),
  );
  const oldestRequest = min(CLUSTER, lastValue(series(METRICS.approvalOldestPending), values).above(0));
  const waitsFor = time().minus(oldestRequest);
  return [
    // A plan was at work `stuckAfter` ago and still is, nothing has moved since, and nothing holds it back.
    {
      ...ON_PLAN,
      name: 'MeshRebalanceStuck',
      for: values.stuckConfirm,
      summary: 'A rebalance plan is stuck: it is at work and no shard has moved.',
      severities: {
        critical: {
          expr: stuck(values),
          description: `${PLAN_TEXT} has moved no shard for more than ${values.stuckAfter}; {{ $value }} are left. Neither a pause nor a guardrail holds it back.`,
        },
      },
    },
    // A plan at work has worked for longer than `workBudget`; its wait for approval does not count.
    {
      ...ON_PLAN,
      name: 'MeshRebalanceRunningTooLong',
      for: values.workConfirm,
      summary: 'A rebalance plan has been at work for longer than its budget.',
      severities: {
        warning: {
          expr: whereActiveSince(timeAtWork(values).above(inSeconds(values.workBudget)), values.workConfirm, values),
          description: `${PLAN_TEXT} has worked for {{ $value | humanizeDuration }}, its wait for approval left out; the budget is ${values.workBudget}.`,
        },
      },
    },
    // A draining node whose turn it is has shards left, and has given up none for `drainStalledAfter`.
    {
      ...ON_PLAN,
      name: 'MeshRebalanceNodeDrainStalled',
      for: values.drainStalledConfirm,
      labels: [...ON_PLAN.labels, 'node'],
      summary: 'A node that has begun to drain gives up no more shards.',
      severities: {
        warning: {
          expr: stalledDrains(values),
          description: `Node ${labelText('node')} of ${CLUSTER_TEXT} has given up no shard for more than ${values.drainStalledAfter} in plan ${labelText('plan_id')}; {{ $value }} are left on it.`,
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
          expr: max(PLAN, series(METRICS.state, ...NAMED_PLAN, is('state', 'failed'))).equals(1),
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

/** Series of the package and not recorded ones, which would be without a past right after these rules are loaded. */
function stuck(values: ThresholdValues): Expression {
  const { stuckAfter } = values;
  const left = max(PLAN, lastValue(series(METRICS.planShardsRemaining, ...NAMED_PLAN), values));
  return whereActiveSince(left, stuckAfter, values)
    .and(on(PLAN), unmovedPlans(stuckAfter))
    .unless(on(PLAN), heldPlans(stuckAfter, values));
}

/** A restarted controller no longer knows how long its plan waited; Prometheus does. */
function timeAtWork(values: ThresholdValues): Expression {
  const inAll = lastValue(series(METRICS.duration, ...NAMED_PLAN, is('phase', 'total')), values);
  const waited = maxOverTime(series(METRICS.duration, ...NAMED_PLAN, is('phase', 'approval')).range(values.workBudget));
  return max(PLAN, inAll).minus(on(PLAN), max(PLAN, waited)).onLines().inParentheses();
}

/**
 * A drain that is young is left out, by what it had left a while ago. A node that has given up nothing waits for its
 * turn, unless no node of its plan moves; a restarted controller counts its drain from what was left.
 */
function stalledDrains(values: ThresholdValues): Expression {
  const { drainStalledAfter } = values;
  const remaining = series(METRICS.drainShardsRemaining, ...NAMED_PLAN);
  const left = max(DRAIN, lastValue(remaining, values));
  const hasGivenUpSome = left.below(max(DRAIN, lastValue(series(METRICS.drainShards, ...NAMED_PLAN), values)));
  const waitsWhileNothingMoves = left.and(on(PLAN), unmovedPlans(drainStalledAfter)).onOneLine();
  const wasDraining = max(DRAIN, lastValue(remaining.offset(drainStalledAfter), values));
  const sinceLong = left
    .above(0)
    .and(on(DRAIN), hasGivenUpSome.or(waitsWhileNothingMoves))
    .and(on(DRAIN), wasDraining.inParentheses());
  return whereActiveSince(sinceLong, drainStalledAfter, values)
    .and(on(DRAIN), max(DRAIN, changes(remaining.range(drainStalledAfter))).equals(0))
    .unless(on(PLAN), heldPlans(drainStalledAfter, values));
}

function imbalance(values: ThresholdValues): Expression {
  const shards = max(NODE, lastValue(series(METRICS.nodeShards, isNot('node', OTHER)), values));
  const most = max(CLUSTER, shards);
  const average = avg(CLUSTER, shards);
  const steady = max(CLUSTER, lastValue(series(METRICS.state, NO_PLAN, is('state', 'steady')), values));
  return most
    .dividedBy(average)
    .minus(1)
    .above(values.imbalance)
    .and(on(CLUSTER), most.minus(average).atLeast(values.imbalanceShards))
    .and(on(CLUSTER), steady.equals(1));
}
