import { METRICS, type RebalanceState, STATES } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { ALERT_PREFIX } from '../rules/alert.js';
import { alertGroups } from '../rules/alerts.js';
import type { Severity } from '../rules/rule.js';
import { ACTIVE_PLANS, CLUSTER, DRAIN, heldPlans, indented, NAMED_PLAN, PLAN } from '../rules/selectors.js';
import { DEFAULTS } from '../rules/settings.js';
import { PAUSED_CODE, stateCode } from './palette.js';
import { ALERTS } from './selection.js';
import { seconds, VALUES } from './thresholds.js';

/*
 * Parts of queries. Each aggregates to named labels, because a second replica or an upgrade exports the same fact again
 * under another `instance`: `max by` for gauges, `sum by` for increases of counters.
 */

/** What a node's series are told apart by. */
export const NODE = `${CLUSTER}, node`;
/** Plans of every kind: those with a name, and what was folded together. */
const ANY_PLAN = 'plan_id!=""';
/** The nodes that are chosen. */
export const CHOSEN_NODES = 'node=~"$node"';
/** The plan that is chosen. */
const THE_PLAN = 'plan_id="$plan_id"';

/** A query on all plans with a name, on the chosen one instead. */
export function ofThePlan(expression: string): string {
  return expression.replaceAll(NAMED_PLAN, THE_PLAN);
}

/** One value per label set, whichever replica tells it. */
export function max(by: string, metric: string, matchers = ''): string {
  return `max by (${by}) (${metric}${matchers === '' ? '' : `{${matchers}}`})`;
}

/** Events within a time, over all processes that counted them. */
export function increase(by: string, metric: string, window: string, matchers = ''): string {
  return `sum by (${by}) (increase(${metric}${matchers === '' ? '' : `{${matchers}}`}[${window}]))`;
}

/** What an alert's expression finds, without its delay. */
export function alertCondition(name: string, severity: Severity): string {
  const rule = alertGroups(DEFAULTS)
    .flatMap(({ rules }) => rules)
    .find(({ alert, labels }) => alert === ALERT_PREFIX + name && labels.severity === severity);
  if (rule === undefined) throw new Error(`no alert ${name} of severity ${severity}`);
  return rule.expr;
}

/** Alerts that fire. */
export const FIRING = `alertname=~"${ALERT_PREFIX}.+",alertstate="firing"`;
export const CRITICAL = `${ALERTS}{${FIRING},severity="critical"}`;

/** One for each controller that reports. */
export const CONTROLLERS = `group by (${CLUSTER}) (${METRICS.state.name}{plan_id="",state="steady"})`;

const LIVE_STATES: readonly RebalanceState[] = ['investigating', 'rebalancePending', 'draining', 'rebalancing'];
/** Live plans with a name, with their state as a label. */
export const LIVE_PLANS = `${max(`${PLAN}, state`, METRICS.state.name, `${NAMED_PLAN},state=~"${LIVE_STATES.join('|')}"`)} == 1`;
/** Plans that wait for a decision. */
export const WAITING_PLANS = `${max(PLAN, METRICS.state.name, `${NAMED_PLAN},state="rebalancePending"`)} == 1`;
export { ACTIVE_PLANS };
/** Plans in which nothing moves, on purpose. */
export const HELD_PLANS = heldPlans(VALUES.stuckAfter, VALUES);

const remaining = max(PLAN, METRICS.planShardsRemaining.name, NAMED_PLAN);
const shards = max(PLAN, METRICS.planShards.name, NAMED_PLAN);
export const PLAN_REMAINING = remaining;
export const PLAN_SHARDS = shards;
export const PLAN_MOVING = max(PLAN, METRICS.shardsMoving.name, NAMED_PLAN);
export const PLAN_CREATED = max(PLAN, METRICS.planCreated.name, NAMED_PLAN);
export const PLAN_STATE_SINCE = max(PLAN, METRICS.planStateSince.name, NAMED_PLAN);
/** Share of a plan's shards that have moved; none for a plan without shards. */
export const PLAN_PROGRESS = `1 - ${remaining} / (${shards} > 0)`;
/** One row a plan, though two replicas may know it by different triggers. */
export const PLAN_INFO = `topk by (${PLAN}) (1, ${max(`${PLAN}, trigger, approval_mode, trace_id`, METRICS.planInfo.name, NAMED_PLAN)})`;

/** Seconds a plan waited for approval. A restarted controller no longer knows; Prometheus does. */
export const PLAN_WAITED = `max by (${PLAN}) (max_over_time(${METRICS.duration.name}{${NAMED_PLAN},phase="approval"}[${VALUES.workBudget}]))`;
/** Seconds a plan has been at work: everything but the wait for approval. */
export const PLAN_WORKED = `(${max(PLAN, METRICS.duration.name, `${NAMED_PLAN},phase="total"`)} - ${PLAN_WAITED})`;

/** Active plans of which a shard has moved of late, as the alert on stuck plans understands it. */
export const PLANS_THAT_MOVED = `(max by (${PLAN}) (changes(${METRICS.planShardsRemaining.name}{${NAMED_PLAN}}[${VALUES.stuckAfter}])) > 0)
and on (${PLAN}) (${ACTIVE_PLANS})`;

/** Seconds left at the pace so far, for active plans in which something has moved of late and nothing holds them. */
export const PLAN_ETA = `(${remaining} > 0) / (${shards} - ${remaining} > 0) * ${PLAN_WORKED}
and on (${PLAN}) (
${indented(PLANS_THAT_MOVED)}
)
unless on (${PLAN}) (
${indented(HELD_PLANS)}
)`;

/** Moves in flight in each cluster, those of plans without a name included. */
export const CLUSTER_MOVING = `sum by (${CLUSTER}) (${max(PLAN, METRICS.shardsMoving.name, ANY_PLAN)})`;
export const CLUSTER_LIMIT = max(CLUSTER, METRICS.shardsMovingLimit.name);

/** Seconds that the oldest request of each cluster has waited; none where nobody waits. */
export const OLDEST_WAIT = `time() - min by (${CLUSTER}) (${METRICS.approvalOldestPending.name} > 0)`;
/** Plans that wait in each cluster, those without a name included. */
export const CLUSTER_WAITING = max(CLUSTER, METRICS.approvalsPending.name);

/** Seconds since each controller's last heartbeat, of dead ones too. */
export const HEARTBEAT_AGE = `time() - max by (${CLUSTER}) (last_over_time(${METRICS.heartbeat.name}[${VALUES.rememberedFor}]))`;
export const SILENT_CONTROLLERS = `${HEARTBEAT_AGE} > ${seconds('heartbeatTimeout')}`;

/** Plans whose shards should move and do not. */
export const STUCK_PLANS = alertCondition('Stuck', 'critical');
/** Clusters in which more shards move than the policy allows. */
export const OVER_LIMIT = `${CLUSTER_MOVING} > on (${CLUSTER}) ${CLUSTER_LIMIT}`;
/** Clusters whose plans fail again and again. */
export const KEEP_FAILING = alertCondition('RepeatedFailures', 'warning');

/** Shards on each node. */
export const NODE_SHARDS = max(NODE, METRICS.nodeShards.name, CHOSEN_NODES);
/** Shards that each draining node has yet to give up. */
export const DRAIN_REMAINING = max(DRAIN, METRICS.drainShardsRemaining.name, `${NAMED_PLAN},${CHOSEN_NODES}`);

/** 0 instead of nothing, as long as any controller reports. */
export function orZero(expression: string): string {
  return `${expression}
or
0 * count(${CONTROLLERS})`;
}

/** What stands in parentheses: on lines of its own if it has several. */
export function inside(expression: string): string {
  return expression.includes('\n') ? `\n${indented(expression)}\n` : expression;
}

/** The number of the first case that holds. Without any, the last case, whose number is 0, wherever a controller reports. */
export function verdict(cases: readonly (readonly [code: number, condition: string])[]): string {
  const parts = cases.map(([code, condition]) => `0 * count(${inside(condition)}) + ${code}`);
  return [...parts, `0 * count(${CONTROLLERS})`].join('\nor\n');
}

/**
 * The state as a number, worst first where two replicas disagree.
 *
 * @param by what a timeline is about
 * @param matchers of the series of that kind
 */
export function stateNumber(by: string, matchers: string): string {
  const worstFirst = [...STATES].sort((a, b) => SEVERITY.indexOf(a) - SEVERITY.indexOf(b));
  return worstFirst
    .map((state) => `(${max(by, METRICS.state.name, `${matchers},state="${state}"`)} == 1) * 0 + ${stateCode(state)}`)
    .join(`\nor on (${by})\n`);
}

const SEVERITY: readonly RebalanceState[] = [
  'failed',
  'rebalancing',
  'draining',
  'rebalancePending',
  'investigating',
  'completed',
  'steady',
];

/** The number of a pause, while a controller is paused. */
export const PAUSED_NUMBER = `(${max(CLUSTER, METRICS.paused.name)} == 1) * 0 + ${PAUSED_CODE}`;

/** Only those series that rank highest at the end of the shown time, so that a page about many clusters stays readable. */
export function ofTop(count: number, by: string, rank: string, expression: string): string {
  return `${expression}
and on (${by})
topk(${count}, ${rank})`;
}

/** The value at the end of the shown time. */
export function atEnd(by: string, metric: string, matchers = ''): string {
  return `max by (${by}) (${metric}${matchers === '' ? '' : `{${matchers}}`} @ end())`;
}
