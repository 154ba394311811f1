import {
  HELD_BY_PAUSE,
  MAX_CONCURRENT_MOVES,
  METRICS,
  OTHER,
} from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import {
  type AlertDefinition,
  atLeastFor,
  CLUSTER_TEXT,
  LIST_COMMAND,
  labelText,
  ON_CLUSTER,
  ON_PLAN,
  ROLES,
} from './alert-definition.js';
import {
  COUNTED,
  type Found,
  failures,
  holdersOfSlots,
  list,
  moment,
  planSubject,
  SINCE_VALUE,
  type Text,
  TIMES,
  text,
  total,
} from './alert-text.js';
import { inSeconds } from './duration.js';
import type { Known } from './known.js';
import {
  completedAfterwards,
  ends,
  failuresAreSettled,
  HOLD,
  heldBack,
  imbalance,
  sinceEnd,
  stalledDrains,
  stuck,
  timeAtWork,
  trips,
  wasStuck,
} from './plan-conditions.js';
import {
  bottomk,
  count,
  type Expression,
  increase,
  is,
  lastOverTime,
  max,
  min,
  number,
  on,
  oneToMany,
  round,
  series,
  sum,
  TOGETHER,
  topk,
  withJoinedLabel,
} from './promql/index.js';
import { AT_WORK, ageOf, CLUSTER, firing, lastValue, NAMED_PLAN, PLAN, planState } from './selectors.js';
import type { ThresholdValues } from './thresholds.js';

/** What every plan that stands still has in common. */
const DATA_IS_SERVED = 'Reads and writes go on';
const WAITS_UNLESS_FAILING = `${DATA_IS_SERVED}: it can wait until morning, unless a node that it drains is failing.`;
const WORKING_HOURS = 'It can wait for working hours.';

/** Alerts on plans and on what they do to a cluster. */
export function planAlerts(values: ThresholdValues, known: Known): AlertDefinition[] {
  const moving = sum(CLUSTER, max(PLAN, series(METRICS.shardsMoving)));
  const limit = max(CLUSTER, series(METRICS.shardsMovingLimit));
  const failed = round(
    sum(CLUSTER, increase(series(METRICS.plansFinished, is('outcome', 'failed')).range(values.failuresWindow))),
  );
  const oldestRequest = lastValue(series(METRICS.approvalOldestPending), values).differsFrom(0);
  const waitsFor = ageOf(oldestRequest, CLUSTER, values);
  const onPlan = { ...ON_PLAN, subject: planSubject(values.restartTolerance) };
  const failedAt = ends('failed', values);
  const settled = failuresAreSettled(values);
  return [
    // A plan at work has made no progress for `stuckAfter`, and nothing holds it back.
    {
      ...onPlan,
      name: 'MeshRebalanceStuck',
      for: values.stuckConfirm,
      summary: `A rebalance plan is stuck. ${WAITS_UNLESS_FAILING}`,
      since: SINCE_VALUE,
      acts: ROLES.onCall,
      severities: {
        critical: {
          expr: stuck(values),
          reason: text`It has moved no shard for longer than ${values.stuckAfter}, and nothing holds it back. ${underWay()}.${failures(values.restartTolerance, ' Failed so far: ')}`,
        },
      },
    },
    // A plan at work has worked for longer than `workBudget`, holds and its wait for approval left out.
    {
      ...onPlan,
      name: 'MeshRebalanceRunningTooLong',
      for: values.workConfirm,
      waits: values.workBudget,
      summary: `A rebalance plan has been at work for longer than its budget. ${DATA_IS_SERVED}; ${lowerFirst(WORKING_HOURS)}`,
      since: text`Created ${moment(max(TOGETHER, series(METRICS.planCreated)), PLAN)}.`,
      acts: ROLES.requester,
      severities: {
        warning: {
          expr: timeAtWork(values).above(inSeconds(values.workBudget)).unless(on(PLAN), series(METRICS.planEnded)),
          reason: text`It has worked for {{ $value | humanizeDuration }}, its wait for approval and what held it left out; the budget is ${values.workBudget}.${failures(values.restartTolerance, ' Failed so far: ')}`,
        },
      },
    },
    // A draining node with moves in flight has given up no shard for `drainStalledAfter`, and nothing holds its plan back.
    {
      ...onPlan,
      name: 'MeshRebalanceNodeDrainStalled',
      for: values.drainStalledConfirm,
      labels: [...onPlan.labels, 'node'],
      summary: `A node that has begun to drain gives up no more shards. ${DATA_IS_SERVED}; ${lowerFirst(WORKING_HOURS)}`,
      since: SINCE_VALUE,
      acts: ROLES.nodeOwner,
      severities: {
        warning: {
          expr: stalledDrains(values),
          reason: text`Node ${labelText('node')} has given up no shard for longer than ${values.drainStalledAfter}. ${underWay()}.${failures(values.restartTolerance, ' Failed so far: ')}`,
        },
      },
    },
    // Something other than its approval has held a plan back for `heldFor`, or `heldTooLong`.
    {
      ...onPlan,
      name: 'MeshRebalancePlanHeld',
      for: values.heldConfirm,
      waits: values.heldFor,
      labels: [...onPlan.labels, 'reason'],
      summary: `A rebalance plan has been held back for long. ${DATA_IS_SERVED}; ${lowerFirst(WORKING_HOURS)}`,
      since: SINCE_VALUE,
      acts: `{{ if eq $labels.reason "${HELD_BY_PAUSE}" }}${ROLES.pauser}{{ else if eq $labels.reason "${MAX_CONCURRENT_MOVES}" }}nobody on this plan; ${ROLES.requester} looks at the plan that holds the slots{{ else if eq $labels.reason "incident" }}${ROLES.incidentLead}{{ else }}${ROLES.onCall}{{ end }}`,
      severities: {
        info: {
          expr: heldBack(values).above(inSeconds(values.heldFor)),
          reason: text`${whatHolds()} ${values.heldFor} is expected at most.`,
        },
        warning: {
          expr: known.heldLong.above(inSeconds(values.heldTooLong)),
          reason: text`${whatHolds()} After ${values.heldTooLong} somebody has to look.`,
        },
      },
    },
    // A guardrail that holds a plan back has tripped `guardrailTrips` times or more within `guardrailWindow`.
    {
      ...onPlan,
      name: 'MeshRebalanceGuardrailTripping',
      for: values.guardrailConfirm,
      labels: [...onPlan.labels, 'reason'],
      summary: 'A guardrail holds a rebalance plan back again and again. Nobody has to act yet.',
      since: text`Held since ${moment(max(TOGETHER, series(METRICS.planHeldSince)), PLAN, { otherwise: 'a moment ago' })}.`,
      acts: 'nobody, unless it goes on',
      severities: {
        info: {
          expr: max(
            HOLD,
            withJoinedLabel(trips(values), 'reason', ['guardrail']).times(
              oneToMany([...CLUSTER, 'reason']),
              lastValue(series(METRICS.planHeld), values),
            ),
          ),
          reason: `Guardrail ${labelText('reason')} holds it back; it has tripped {{ $value }} times in this cluster within ${values.guardrailWindow}.`,
        },
      },
    },
    // A plan has failed within `failuresWindow` and that is not settled, or one that was stuck to its end is still shown as failed.
    {
      ...onPlan,
      name: 'MeshRebalancePlanFailed',
      subject: planSubject(values.failuresWindow),
      since: SINCE_VALUE,
      summary: `A rebalance plan has failed. ${DATA_IS_SERVED}; ${lowerFirst(WORKING_HOURS)}`,
      acts: ROLES.requester,
      severities: {
        warning: {
          expr: sinceEnd(failedAt, values).unless(on(CLUSTER), settled),
          reason: text`${whyFailed(values)} The alert ends when another plan of the cluster completes, ${values.failuresSettled} after the last failure at the earliest, or ${values.failuresWindow} after its own.`,
        },
        critical: {
          expr: sinceEnd(lastValue(series(METRICS.planEnded, is('outcome', 'failed')), values), values)
            .and(on(PLAN), wasStuck(values))
            .unless(on(CLUSTER), completedAfterwards(values)),
          summary: `A rebalance plan that was stuck has failed. ${WAITS_UNLESS_FAILING}`,
          acts: ROLES.onCall,
          reason: text`${whyFailed(values)} It was stuck before, and its node is as full as it was. The page ends when the plan retires, or another of the cluster completes.`,
        },
      },
    },
    // `failuresWarning`, or `failuresCritical`, plans of a cluster or more have failed within `failuresWindow`, and that is not settled.
    {
      ...ON_CLUSTER,
      name: 'MeshRebalanceRepeatedFailures',
      summary: `Rebalance plans fail again and again. ${DATA_IS_SERVED}; ${lowerFirst(WORKING_HOURS)}`,
      subject: failedLately(values),
      since: text`Since ${moment(min(TOGETHER, failedAt), CLUSTER)}, last at ${moment(max(TOGETHER, failedAt), CLUSTER)}.`,
      acts: ROLES.requesters,
      severities: {
        warning: {
          expr: failed.atLeast(values.failuresWarning).unless(on(CLUSTER), settled),
          reason: repeated(values.failuresWarning, 'it is a pattern', values),
        },
        critical: {
          expr: failed.atLeast(values.failuresCritical).unless(on(CLUSTER), settled),
          summary: `Rebalance plans fail again and again. ${DATA_IS_SERVED}: it can wait until morning, if no more plans are asked for until then.`,
          acts: ROLES.onCall,
          reason: repeated(values.failuresCritical, 'nobody should wait for the next', values),
        },
      },
    },
    // More shards of a cluster move at once than its limit, or than `movesExcess` times its limit.
    {
      ...ON_CLUSTER,
      name: 'MeshRebalanceTooManyConcurrentMoves',
      for: values.movesConfirm,
      summary:
        'More shards move at once than the policy allows. Reads and writes may be slow; it can wait if they are not.',
      subject: text`Cluster ${CLUSTER_TEXT}, moves of ${holdersOfSlots()}.`,
      since: atLeastFor(values.movesConfirm),
      acts: ROLES.onCall,
      severities: {
        warning: {
          expr: moving.above(on(CLUSTER), limit),
          reason: text`{{ $value }} shards move at once, more than the ${total(limit, CLUSTER)} that its policy allows.`,
        },
        critical: {
          expr: moving.above(on(CLUSTER), number(values.movesExcess).times(limit)),
          summary: 'Far more shards move at once than the policy allows. Reads and writes may be slow: act now.',
          reason: text`{{ $value }} shards move at once, more than ${values.movesExcess} times the ${total(limit, CLUSTER)} that its policy allows.`,
        },
      },
    },
    // The oldest request for approval of a cluster is older than `approvalNotice`, or than `approvalOverdue` until none is older than `approvalNotice`.
    {
      ...ON_CLUSTER,
      name: 'MeshRebalanceApprovalPending',
      for: values.approvalConfirm,
      waits: values.approvalNotice,
      command: `${LIST_COMMAND} --state=rebalancePending`,
      summary: 'Rebalance plans wait for approval. Nobody needs to be woken: it can wait for working hours.',
      subject: text`Cluster ${CLUSTER_TEXT}, ${total(series(METRICS.approvalsPending), CLUSTER)} waiting, the oldest plan ${oldestWaiting()}.`,
      since: SINCE_VALUE,
      acts: ROLES.approver,
      severities: {
        info: {
          expr: waitsFor.above(inSeconds(values.approvalNotice)),
          reason: `Nobody has approved or rejected it for longer than ${values.approvalNotice}.`,
        },
        warning: {
          expr: waitsFor.above(inSeconds(values.approvalNotice)).and(
            on(CLUSTER),
            waitsFor
              .above(inSeconds(values.approvalOverdue))
              .or(firing('MeshRebalanceApprovalPending', is('severity', 'warning')))
              .onLines(),
          ),
          reason: `Nobody has approved or rejected it for longer than ${values.approvalOverdue}. The alert ends when none has waited for longer than ${values.approvalNotice}.`,
        },
      },
    },
    // Any plan of a cluster is at work, those without a name included.
    {
      ...ON_CLUSTER,
      name: 'MeshRebalanceInProgress',
      summary: 'A rebalance is in progress. Nobody has to act.',
      since: 'Now.',
      acts: 'nobody',
      severities: {
        info: {
          expr: sum(CLUSTER, max([...CLUSTER, 'state'], series(METRICS.plans, AT_WORK))).above(0),
          reason:
            'Plans at work: {{ $value }}. This alert notifies nobody: it is there to mute your own alerts on disks and latency meanwhile.',
        },
      },
    },
    // The fullest node of a steady cluster exceeds the average by `imbalance` and by `imbalanceShards`.
    {
      ...ON_CLUSTER,
      name: 'MeshRebalanceImbalanceWhileSteady',
      for: values.imbalanceConfirm,
      summary: `A cluster is imbalanced and nothing is being done about it. ${WORKING_HOURS}`,
      since: atLeastFor(values.imbalanceConfirm),
      acts: ROLES.onCall,
      severities: {
        info: {
          expr: imbalance(values),
          reason:
            'The fullest node has {{ $value | humanizePercentage }} more shards than the average, and the controller has been steady.',
        },
      },
    },
    // Plans are folded together: there are more than the package shows by name.
    {
      ...ON_CLUSTER,
      name: 'MeshRebalancePlansUntracked',
      for: values.untrackedConfirm,
      summary: `There are more plans than the metrics show by name. ${WORKING_HOURS}`,
      since: atLeastFor(values.untrackedConfirm),
      acts: ROLES.controllerTeam,
      severities: {
        warning: {
          expr: sum(
            CLUSTER,
            max([...CLUSTER, 'state'], lastValue(series(METRICS.state, is('plan_id', OTHER)), values)),
          ).above(0),
          reason: `{{ $value }} plans are folded into plan_id="${OTHER}": no alert can name them. Raise maxPlans.`,
        },
      },
    },
  ];
}

function lowerFirst(sentence: string): string {
  return `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;
}

/** The moves of a plan that are under way. */
function underWay(): Text {
  const oldest = moment(max(TOGETHER, series(METRICS.planOldestMove)), PLAN, { before: ', the oldest since ' });
  return text`Moves under way: ${total(series(METRICS.shardsMoving), PLAN)}${oldest}`;
}

function whatHolds(): Text {
  return text`It is held back: ${labelText('reason')}{{ if eq $labels.reason "${MAX_CONCURRENT_MOVES}" }}, every slot is taken by ${holdersOfSlots()}{{ end }}.`;
}

function whyFailed({ failuresWindow }: ThresholdValues): Text {
  return text`${failures(failuresWindow, 'Its steps failed: ', 'None of its steps failed.')}`;
}

function repeated(from: string, because: string, { failuresWindow, failuresSettled }: ThresholdValues): Text {
  const lately = lastOverTime(series(METRICS.planFailures).range(failuresWindow));
  const types = sum(['error_type'], max([...PLAN, 'error_type'], lately));
  const steps = list(types, CLUSTER, 'error_type', { before: ' Their steps failed: ', counts: COUNTED, after: '.' });
  return text`{{ $value }} plans have failed within ${failuresWindow}; from ${from} on ${because}.${steps} The alert ends when a plan completes, ${failuresSettled} after the last failure at the earliest.`;
}

/** The plan that has waited for its approval for longest. */
function oldestWaiting(): Found {
  const waiting = max(PLAN, planState(is('state', 'rebalancePending'))).equals(1);
  const oldest = bottomk(CLUSTER, 1, max(PLAN, series(METRICS.planStateSince, NAMED_PLAN)).and(on(PLAN), waiting));
  return list(oldest, CLUSTER, 'plan_id', { counts: '', otherwise: 'not shown' });
}

/** What the plans of a cluster that failed have in common: nodes that they have not drained, and triggers. */
function failedLately(values: ThresholdValues): Text {
  const failed = max(PLAN, ends('failed', values));
  const ofFailed = (label: 'node' | 'trigger', of: Expression) =>
    count([label], max([...PLAN, label], of).and(on(PLAN), failed));
  const window = values.failuresWindow;
  const left = lastOverTime(series(METRICS.drainShardsRemaining).range(window)).above(0);
  const last = list(topk(CLUSTER, 1, failed), CLUSTER, 'plan_id', { counts: '', otherwise: 'not shown' });
  const nodes = list(ofFailed('node', left), CLUSTER, 'node', { before: ', not drained: ', counts: TIMES });
  const info = lastOverTime(series(METRICS.planInfo).range(window));
  const triggers = list(ofFailed('trigger', info), CLUSTER, 'trigger', { before: ', trigger ', counts: TIMES });
  return text`Cluster ${CLUSTER_TEXT}, last plan ${last}${nodes}${triggers}.`;
}
