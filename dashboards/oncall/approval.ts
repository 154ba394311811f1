import { METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { inSeconds } from '../../rules/duration.js';
import { type Expression, is, max, number, on, series, withJoinedLabel, withLabel } from '../../rules/promql/index.js';
import { NAMED_PLAN, PLAN } from '../../rules/selectors.js';
import type { ThresholdValues } from '../../rules/thresholds.js';
import { risingTo } from '../colour-steps.js';
import type { PageRow } from '../layout.js';
import { clusterOfRow, planOfRow } from '../links.js';
import { type PagePanel, rows } from '../panel.js';
import { PLAN_CREATED, PLAN_INFO, PLAN_SHARDS, planAge } from '../queries/plans.js';
import { table } from '../table-panel.js';

/** Plans that wait for a person. */
export function approval(values: ThresholdValues): PageRow {
  return { title: 'Approval', panels: [approvalQueue(values)] };
}

/** Plans that wait for a decision. */
const WAITING_PLANS = max(PLAN, series(METRICS.state, ...NAMED_PLAN, is('state', 'rebalancePending'))).equals(1);

function ofWaiting(expression: Expression): Expression {
  return expression.and(on(PLAN), WAITING_PLANS);
}

/** Adds the command that approves each plan, made of its id; PromQL joins labels only. */
function withCommand(plans: Expression): Expression {
  const inParts = withLabel(withLabel(plans, 'verb', "mesh shards rebalance approve '"), 'quote', "'");
  return withJoinedLabel(inParts, 'command', ['verb', 'plan_id', 'quote']);
}

function approvalQueue(values: ThresholdValues): PagePanel {
  const { approvalNotice, approvalOverdue } = values;
  return {
    width: 24,
    height: 8,
    unit: 'short',
    title: 'Approval queue',
    shows: `Plans that wait for a decision, the one that has waited longest first; orange after ${approvalNotice}, red after ${approvalOverdue}, when MeshRebalanceApprovalPending fires. With each the command line that approves it.`,
    act: 'Look at the plan, then run its command, or `reject` instead of `approve`. Nobody has to wait for the controller: it goes on by itself.',
    empty: 'nobody waits.',
    noValue: 'No plan waits for approval',
    ...table({
      queries: {
        waiting: rows(withCommand(ofWaiting(planAge('planStateSince', values)))),
        shards: rows(ofWaiting(PLAN_SHARDS)),
        info: rows(ofWaiting(PLAN_INFO)),
        created: rows(ofWaiting(number(1000).times(PLAN_CREATED))),
      },
      columns: [
        {
          value: 'waiting',
          title: 'Waiting',
          unit: 's',
          decimals: 1,
          thresholds: risingTo(inSeconds(approvalNotice), inSeconds(approvalOverdue)),
        },
        { label: 'namespace', title: 'Namespace' },
        { label: 'cluster', title: 'Cluster', link: clusterOfRow },
        { label: 'plan_id', title: 'Plan', link: planOfRow('created') },
        { value: 'shards', title: 'Shards', decimals: 0 },
        { label: 'trigger', title: 'Trigger' },
        { label: 'approval_mode', title: 'Approval' },
        { label: 'command', title: 'Command', width: 460 },
        { value: 'created', title: 'Created', unit: 'dateTimeAsIso' },
      ],
      hidden: ['trace_id', 'verb', 'quote'],
      sortBy: { title: 'Waiting', descending: true },
    }),
  };
}
