import { type Text, template, text } from './alert-text.js';
import type { Expression } from './promql/index.js';
import type { AlertRule, Severity } from './rule.js';
import { within } from './scope.js';
import { runbookUrl, type Settings } from './settings.js';

/** Part of an alert that is written by hand; links are added from its name and its labels. */
export interface AlertDefinition {
  readonly name: `${typeof ALERT_PREFIX}${string}`;
  /** Its conditions by severity, in the order in which the rules stand. */
  readonly severities: Readonly<Partial<Record<Severity, Condition>>>;
  readonly for?: string;
  /** The shortest time from its cause to the alert, where its expression waits too. Default: `for`. */
  readonly waits?: string;
  /** The labels that its expressions give. */
  readonly labels: readonly AlertLabel[];
  /** What is wrong, how bad that is for whom, and whether it can wait. Without labels, so that receivers can group by it. */
  readonly summary: string;
  /** Whom it is about, with a plan's nodes and trigger. */
  readonly subject: Text;
  /** Since when, by the series: the alert itself begins later. */
  readonly since: Text;
  /** The role that acts, by its reason where it has one. */
  readonly acts: Text;
  /** The command line of the next step. */
  readonly command: string;
  readonly dashboard: keyof typeof VARIABLES;
}

/** Condition and text of an alert at one severity. */
interface Condition {
  readonly expr: Expression;
  /** The reason in words, with names and numbers. */
  readonly reason: Text;
  /** In the place of the alert's own. */
  readonly summary?: string;
  readonly acts?: Text;
}

/** A label of an alert. */
export type AlertLabel =
  | 'namespace'
  | 'cluster'
  | 'plan_id'
  | 'node'
  | 'state'
  | 'guardrail'
  | 'reason'
  | 'job'
  | 'instance'
  | 'exporter'
  | 'receiver';

/** Who acts. */
export const ROLES = {
  onCall: 'whoever is on call for the mesh',
  nodeOwner: 'whoever runs the node',
  requester: 'whoever asked for the plan',
  requesters: 'whoever asks for the plans',
  approver: 'an approver of rebalances',
  pauser: 'whoever paused the controller',
  incidentLead: 'whoever leads the incident',
  controllerTeam: 'whoever looks after the rebalance controller',
  metricsTeam: 'whoever runs Prometheus and the Collectors',
} as const;

/** Since when, of what no series tells. */
export function atLeastFor(duration: string): string {
  return `For ${duration} at least.`;
}

/** Before the name of every alert, so that routes can match all of them. */
export const ALERT_PREFIX = 'MeshRebalance';

/** Labels that are variables of the dashboards; one page has a variable of the plan. */
const VARIABLES = {
  'mesh-rebalance-overview': ['namespace', 'cluster'],
  'mesh-rebalance-oncall': ['namespace', 'cluster'],
  'mesh-rebalance-plan': ['namespace', 'cluster', 'plan_id', 'node'],
} as const satisfies Record<string, readonly AlertLabel[]>;

/** Template for the value of a label. */
export function labelText(label: AlertLabel): string {
  return `{{ $labels.${label} }}`;
}

/** Template for the value of a label as one word of a command line, whatever is in it: plan ids are free text. */
export function shellWord(label: AlertLabel): string {
  return `'{{ reReplaceAll "'" "'\\\\''" $labels.${label} }}'`;
}

/** Namespace and cluster, as a person writes them. */
export const CLUSTER_TEXT = `${labelText('namespace')}/${labelText('cluster')}`;

/** The command line that shows the plans of the alert's cluster. */
export const LIST_COMMAND = `mesh shards rebalance list --namespace=${shellWord('namespace')} --cluster=${shellWord('cluster')}`;
/** The command line that shows the alert's plan, and takes no id for an option. */
const SHOW_COMMAND = `mesh shards rebalance show -- ${shellWord('plan_id')}`;

/** Common part of alerts on a cluster. */
export const ON_CLUSTER = {
  labels: ['namespace', 'cluster'],
  subject: `Cluster ${CLUSTER_TEXT}.`,
  dashboard: 'mesh-rebalance-oncall',
  command: LIST_COMMAND,
} as const satisfies Partial<AlertDefinition>;
/** Common part of alerts on a plan. */
export const ON_PLAN = {
  labels: ['namespace', 'cluster', 'plan_id'],
  dashboard: 'mesh-rebalance-plan',
  command: SHOW_COMMAND,
} as const satisfies Partial<AlertDefinition>;

/** The rules of an alert, one a severity, with their links. */
export function alertRules(alert: AlertDefinition, settings: Settings): AlertRule[] {
  const variables = VARIABLES[alert.dashboard]
    .filter((label) => alert.labels.includes(label))
    .map((label) => `var-${label}={{ $labels.${label} | urlquery }}`);
  const query = variables.length === 0 ? '' : `?${variables.join('&')}`;
  const conditions = Object.entries(alert.severities) as [Severity, Condition][];
  const team = settings.labels['team'];
  return conditions.map(([severity, { expr, reason, summary = alert.summary, acts = alert.acts }]) => ({
    alert: alert.name,
    expr: String(within(settings, expr)),
    for: alert.for,
    labels: { severity, ...settings.labels },
    annotations: {
      summary,
      description: template(
        text`${alert.subject}\n${reason}\n${alert.since} Who acts: ${acts}${team === undefined ? '' : `, team ${team}`}.`,
        settings,
      ),
      command: alert.command,
      runbook_url: runbookUrl(settings, alert.name),
      dashboard_url: `${settings.grafana}/d/${alert.dashboard}${query}`,
    },
  }));
}
