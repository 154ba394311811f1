/* Conditions of the alerts on plans that are more than a comparison. */
import { HELD_BY_APPROVAL, METRICS, OTHER } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { inSeconds } from './duration.js';
import {
  avg,
  type Expression,
  group,
  ignoring,
  increase,
  is,
  isNot,
  lastOverTime,
  max,
  maxOverTime,
  on,
  oneToMany,
  onManyToOne,
  round,
  type Series,
  series,
  sum,
} from './promql/index.js';
import { ageOf, alerts, CLUSTER, DRAIN, firing, LEADERS, lastValue, NO_PLAN, NODE, PLAN } from './selectors.js';
import type { ThresholdValues } from './thresholds.js';

/** Labels that identify a reason for which a plan is held. */
export const HOLD = [...PLAN, 'reason'] as const;

/** When plans ended so within `failuresWindow`, those that have retired too. */
export function ends(outcome: 'failed' | 'completed', { failuresWindow }: ThresholdValues): Expression {
  return lastOverTime(series(METRICS.planEnded, is('outcome', outcome)).range(failuresWindow));
}

/**
 * The time of each cluster, by the clock of its present leader: the process in which its plans ended may be gone. Where
 * nobody leads, by that of any process, so that what has failed is not forgotten meanwhile.
 */
function presentTime(values: ThresholdValues): Expression {
  const clock = lastValue(series(METRICS.clock), values);
  return max(CLUSTER, clock.and(lastValue(LEADERS, values)).onOneLine())
    .or(max(CLUSTER, clock))
    .onOneLine();
}

/** Seconds since each of these plans ended. */
export function sinceEnd(ended: Expression, values: ThresholdValues): Expression {
  return presentTime(values).minus(oneToMany(CLUSTER), max(PLAN, ended));
}

/** Clusters in which a plan has completed since the last one failed. */
export function completedAfterwards(values: ThresholdValues): Expression {
  return max(CLUSTER, ends('completed', values)).above(max(CLUSTER, ends('failed', values)));
}

/** The same, once no other has failed for `failuresSettled`: of plans that complete and fail in turn nothing is settled. */
export function failuresAreSettled(values: ThresholdValues): Expression {
  const sinceLast = presentTime(values).minus(max(CLUSTER, ends('failed', values)));
  return completedAfterwards(values).and(sinceLast.above(inSeconds(values.failuresSettled)));
}

/** Failed plans of which `MeshRebalanceStuck` fired of late, and that had made no progress again: an id may be used again. */
export function wasStuck(values: ThresholdValues): Expression {
  const { stuckAfter, rememberedFor } = values;
  const at = (moment: Series) => max(PLAN, lastValue(moment, values));
  return at(series(METRICS.planEnded, is('outcome', 'failed')))
    .minus(at(series(METRICS.planProgress)))
    .above(inSeconds(stuckAfter))
    .and(on(PLAN), lastOverTime(firing('MeshRebalanceStuck').range(rememberedFor)));
}

/**
 * A hold that lapses is no release, and goes on when its guardrail trips again: it counts for as long as nobody would
 * call the plan stuck. A plan that was released has made progress by that; of one that waits for approval none is shown.
 */
export function stuck(values: ThresholdValues): Expression {
  const held = lastOverTime(notByApproval().range(values.stuckAfter));
  return ageOf(lastValue(series(METRICS.planProgress), values), PLAN, values)
    .above(inSeconds(values.stuckAfter))
    .unless(on(PLAN), held.or(series(METRICS.planEnded)).onOneLine());
}

export function timeAtWork(values: ThresholdValues): Expression {
  const spent = (phase: 'work' | 'held') => lastValue(series(METRICS.duration, is('phase', phase)), values);
  return max(PLAN, spent('work').minus(ignoring(['phase']), spent('held')));
}

/** A drain without moves in flight waits for its turn. */
export function stalledDrains(values: ThresholdValues): Expression {
  // The moves of a controller that crashed may have to begin anew, which is no turn that has yet to come.
  const moved = maxOverTime(series(METRICS.drainShardsMoving).range(values.restartTolerance));
  const progress = lastValue(series(METRICS.drainProgress), values).and(moved.above(0)).onOneLine();
  return ageOf(progress, DRAIN, values)
    .above(inSeconds(values.drainStalledAfter))
    .unless(on(PLAN), series(METRICS.planHeld));
}

/** What holds plans back but for their approval. */
function notByApproval(): Series {
  return series(METRICS.planHeld, isNot('reason', HELD_BY_APPROVAL));
}

/** Seconds for which a plan has been held, with each reason; a hold that has lapsed goes on unless the plan has moved. */
export function heldBack(values: ThresholdValues): Expression {
  const since = series(METRICS.planHeldSince);
  const lapsed = lastOverTime(since.range(values.stuckAfter));
  const moved = series(METRICS.planProgress).above(lapsed);
  const ended = lastOverTime(series(METRICS.planEnded).range(values.stuckAfter));
  const either = since.or(lapsed.unless(moved)).onOneLine();
  return max(HOLD, lastOverTime(notByApproval().range(values.stuckAfter)))
    .times(onManyToOne(PLAN), ageOf(either, PLAN, values))
    .unless(on(PLAN), ended.or(series(METRICS.planHeld, is('reason', HELD_BY_APPROVAL))).onOneLine());
}

/** The same of those plans that the info of `MeshRebalancePlanHeld` tells, which is evaluated before. */
export function toldHeldBack(values: ThresholdValues): Expression {
  const told = group(HOLD, alerts('MeshRebalancePlanHeld', is('severity', 'info')));
  const since = lastOverTime(series(METRICS.planHeldSince).range(values.stuckAfter));
  return told.times(onManyToOne(PLAN), ageOf(since, PLAN, values));
}

/** Trips of each guardrail in each cluster, as far as they are many. */
export function trips({ guardrailWindow, guardrailTrips }: ThresholdValues): Expression {
  const counted = sum([...CLUSTER, 'guardrail'], increase(series(METRICS.guardrailTrips).range(guardrailWindow)));
  return round(counted).atLeast(guardrailTrips);
}

/** A node that a plan has emptied is empty on purpose, and takes no part in the average. */
export function imbalance(values: ThresholdValues): Expression {
  const shards = lastValue(series(METRICS.nodeShards, isNot('node', OTHER)), values);
  const average = avg(CLUSTER, shards.unless(on(NODE), lastValue(series(METRICS.nodeEmptied), values)).onOneLine());
  return max(CLUSTER, shards)
    .minus(average)
    .atLeast(values.imbalanceShards)
    .dividedBy(average)
    .above(values.imbalance)
    .and(on(CLUSTER), lastValue(series(METRICS.state, NO_PLAN, is('state', 'steady')), values).equals(1));
}
