import { FOLDED, METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { type AlertDefinition, LIST, labelText, SHOW, WHERE } from './alert.js';
import { secondsOf } from './duration.js';
import { ACTIVE, activeSince, CLUSTER, DRAIN, heldPlans, indented, lastly, NAMED_PLAN, PLAN } from './selectors.js';
import type { ThresholdValues } from './thresholds.js';

const THE_PLAN = `Plan ${labelText('plan_id')} of ${WHERE}`;
const ON_PLAN = {
  labels: ['namespace', 'cluster', 'plan_id'],
  dashboard: 'mesh-rebalance-plan',
  command: SHOW,
} as const;
const ON_CLUSTER = { labels: ['namespace', 'cluster'], dashboard: 'mesh-rebalance-oncall', command: LIST } as const;

/** Alerts on plans and on what they do to a cluster. */
export function planAlerts(values: ThresholdValues): AlertDefinition[] {
  const drain = lastly(`${METRICS.drainShardsRemaining.name}{${NAMED_PLAN}}`, values);
  const moving = `sum by (${CLUSTER}) (max by (${PLAN}) (${METRICS.shardsMoving.name}))`;
  const limit = `max by (${CLUSTER}) (${METRICS.shardsMovingLimit.name})`;
  const failed = `round(sum by (${CLUSTER}) (increase(${METRICS.plansFinished.name}{outcome="failed"}[${values.failuresWindow}])))`;
  const oldest = `time() - min by (${CLUSTER}) (${lastly(METRICS.approvalOldestPending.name, values)} > 0)`;
  const waiting = { ...ON_CLUSTER, command: `${LIST} --state rebalancePending` } as const;
  return [
    {
      ...ON_PLAN,
      name: 'Stuck',
      severity: 'critical',
      // Series of the package and not recorded ones, which would be without a past right after these rules are loaded.
      expr: `max by (${PLAN}) (${lastly(`${METRICS.planShardsRemaining.name}{${NAMED_PLAN}}`, values)})
and on (${PLAN}) ${activeSince(values.stuckAfter, values)}
and on (${PLAN}) ${unmoved(values.stuckAfter)}
unless on (${PLAN}) (
${indented(heldPlans(values.stuckAfter, values))}
)`,
      for: values.stuckConfirm,
      summary: 'A rebalance plan is stuck: it is at work and no shard has moved.',
      description: `${THE_PLAN} has moved no shard for more than ${values.stuckAfter}; {{ $value }} are left. Neither a pause nor a guardrail holds it back.`,
    },
    {
      ...ON_PLAN,
      name: 'RunningTooLong',
      severity: 'warning',
      // A restarted controller no longer knows how long its plan waited; Prometheus does.
      expr: `(
  max by (${PLAN}) (${lastly(`${METRICS.duration.name}{${NAMED_PLAN},phase="total"}`, values)})
  - on (${PLAN})
  max by (${PLAN}) (max_over_time(${METRICS.duration.name}{${NAMED_PLAN},phase="approval"}[${values.workBudget}]))
) > ${secondsOf(values.workBudget)}
and on (${PLAN}) ${activeSince(values.workConfirm, values)}`,
      for: values.workConfirm,
      summary: 'A rebalance plan has been at work for longer than its budget.',
      description: `${THE_PLAN} has worked for {{ $value | humanizeDuration }}, its wait for approval left out; the budget is ${values.workBudget}.`,
    },
    {
      ...ON_PLAN,
      name: 'NodeDrainStalled',
      severity: 'warning',
      // The offset leaves out a drain that is young. A node that has given up nothing waits for its turn, unless no node
      // of its plan moves; a restarted controller counts its drain from what was left.
      expr: `max by (${DRAIN}) (${drain}) > 0
and on (${DRAIN}) (
  max by (${DRAIN}) (${drain}) < max by (${DRAIN}) (${lastly(`${METRICS.drainShards.name}{${NAMED_PLAN}}`, values)})
  or
  max by (${DRAIN}) (${drain}) and on (${PLAN}) ${unmoved(values.drainStalledAfter)}
)
and on (${DRAIN}) (max by (${DRAIN}) (${drain.replace(/\)$/, ` offset ${values.drainStalledAfter})`)}))
and on (${PLAN}) ${activeSince(values.drainStalledAfter, values)}
and on (${DRAIN}) (max by (${DRAIN}) (changes(${METRICS.drainShardsRemaining.name}{${NAMED_PLAN}}[${values.drainStalledAfter}])) == 0)
unless on (${PLAN}) (
${indented(heldPlans(values.drainStalledAfter, values))}
)`,
      for: values.drainStalledConfirm,
      labels: [...ON_PLAN.labels, 'node'],
      summary: 'A node that has begun to drain gives up no more shards.',
      description: `Node ${labelText('node')} of ${WHERE} has given up no shard for more than ${values.drainStalledAfter} in plan ${labelText('plan_id')}; {{ $value }} are left on it.`,
    },
    {
      ...ON_PLAN,
      name: 'PlanFailed',
      severity: 'warning',
      expr: `max by (${PLAN}) (${METRICS.state.name}{${NAMED_PLAN},state="failed"}) == 1`,
      summary: 'A rebalance plan has failed.',
      description: `${THE_PLAN} has failed. The alert ends when the plan retires from the metrics, 15 min after its end by default.`,
    },
    {
      ...ON_CLUSTER,
      name: 'RepeatedFailures',
      severity: 'warning',
      expr: `${failed} >= ${values.failuresWarning}`,
      summary: 'Rebalance plans fail again and again.',
      description: `{{ $value }} plans of ${WHERE} have failed within ${values.failuresWindow}; from ${values.failuresWarning} on it is a pattern.`,
    },
    {
      ...ON_CLUSTER,
      name: 'RepeatedFailures',
      severity: 'critical',
      expr: `${failed} >= ${values.failuresCritical}`,
      summary: 'Rebalance plans fail again and again.',
      description: `{{ $value }} plans of ${WHERE} have failed within ${values.failuresWindow}; from ${values.failuresCritical} on nobody should wait for the next.`,
    },
    {
      ...ON_CLUSTER,
      name: 'TooManyConcurrentMoves',
      severity: 'warning',
      expr: `${moving} > on (${CLUSTER}) ${limit}`,
      for: values.movesConfirm,
      summary: 'More shards move at once than the policy allows.',
      description: `{{ $value }} shards of ${WHERE} move at once, more than its policy allows.`,
    },
    {
      ...ON_CLUSTER,
      name: 'TooManyConcurrentMoves',
      severity: 'critical',
      expr: `${moving} > on (${CLUSTER}) ${values.movesExcess} * ${limit}`,
      for: values.movesConfirm,
      summary: 'More shards move at once than the policy allows.',
      description: `{{ $value }} shards of ${WHERE} move at once, more than ${values.movesExcess} times what its policy allows.`,
    },
    {
      ...waiting,
      name: 'ApprovalPending',
      severity: 'info',
      expr: `${oldest} > ${secondsOf(values.approvalNotice)}`,
      for: values.approvalConfirm,
      summary: 'A rebalance plan waits for approval.',
      description: `A plan of ${WHERE} has waited for approval for {{ $value | humanizeDuration }}; ${values.approvalNotice} is expected at most.`,
    },
    {
      ...waiting,
      name: 'ApprovalPending',
      severity: 'warning',
      expr: `${oldest} > ${secondsOf(values.approvalOverdue)}`,
      for: values.approvalConfirm,
      summary: 'A rebalance plan waits for approval.',
      description: `A plan of ${WHERE} has waited for approval for {{ $value | humanizeDuration }}; after ${values.approvalOverdue} somebody has to answer.`,
    },
    {
      ...ON_CLUSTER,
      name: 'InProgress',
      severity: 'info',
      expr: `sum by (${CLUSTER}) (max by (${CLUSTER}, state) (${METRICS.plans.name}{${ACTIVE}})) > 0`,
      summary: 'A rebalance is in progress.',
      description: `{{ $value }} plans of ${WHERE} are at work. This alert notifies nobody: it is there to mute your own alerts on disks and latency meanwhile.`,
    },
    {
      ...ON_CLUSTER,
      name: 'ImbalanceWhileSteady',
      severity: 'info',
      expr: imbalance(values),
      for: values.imbalanceConfirm,
      summary: 'A cluster is imbalanced and nothing is being done about it.',
      description: `The fullest node of ${WHERE} has {{ $value | humanizePercentage }} more shards than the average, and the controller has been steady.`,
    },
    {
      ...ON_CLUSTER,
      name: 'PlansUntracked',
      severity: 'warning',
      expr: `sum by (${CLUSTER}) (max by (${CLUSTER}, state) (${lastly(`${METRICS.state.name}{plan_id="${FOLDED}"}`, values)})) > 0`,
      for: values.untrackedConfirm,
      summary: 'There are more plans than the metrics show by name.',
      description: `{{ $value }} plans of ${WHERE} are folded into plan_id="${FOLDED}": no alert can name them. Raise \`maxPlans\`.`,
    },
  ];
}

/** Plans of which no process has told a move for so long. */
function unmoved(window: string): string {
  return `(max by (${PLAN}) (changes(${METRICS.planShardsRemaining.name}{${NAMED_PLAN}}[${window}])) == 0)`;
}

function imbalance(values: ThresholdValues): string {
  const shards = `max by (${CLUSTER}, node) (${lastly(`${METRICS.nodeShards.name}{node!="${FOLDED}"}`, values)})`;
  const most = `max by (${CLUSTER}) (${shards})`;
  const average = `avg by (${CLUSTER}) (${shards})`;
  return `${most} / ${average} - 1 > ${values.imbalance}
and on (${CLUSTER}) (${most} - ${average} >= ${values.imbalanceShards})
and on (${CLUSTER}) (max by (${CLUSTER}) (${lastly(`${METRICS.state.name}{plan_id="",state="steady"}`, values)}) == 1)`;
}
