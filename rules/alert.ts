import type { AlertRule, Severity } from './rule.js';
import { runbookUrl, type Settings } from './settings.js';

/** What is written by hand of an alert; links are added from its name and its labels. */
export interface AlertDefinition {
  /** Without the prefix. */
  readonly name: string;
  readonly severity: Severity;
  readonly expr: string;
  readonly for?: string;
  /** The labels that its expression gives. */
  readonly labels: readonly AlertLabel[];
  /** One sentence without labels, so that receivers can group by it. */
  readonly summary: string;
  /** Names and numbers. */
  readonly description: string;
  /** The command line of the next step. */
  readonly command: string;
  readonly dashboard: keyof typeof VARIABLES;
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
export const WHERE = `${labelText('namespace')}/${labelText('cluster')}`;

/** The command line that shows the plans of the alert's cluster. */
export const LIST = `mesh shards rebalance list --namespace ${shellWord('namespace')} --cluster ${shellWord('cluster')}`;
/** The command line that shows the alert's plan. */
export const SHOW = `mesh shards rebalance show ${shellWord('plan_id')}`;

/** The rule of an alert, with its links. */
export function alertRule(alert: AlertDefinition, settings: Settings): AlertRule {
  const name = `${ALERT_PREFIX}${alert.name}`;
  const variables = VARIABLES[alert.dashboard]
    .filter((label) => alert.labels.includes(label))
    .map((label) => `var-${label}={{ $labels.${label} | urlquery }}`);
  const query = variables.length === 0 ? '' : `?${variables.join('&')}`;
  return {
    alert: name,
    expr: alert.expr,
    for: alert.for,
    labels: { severity: alert.severity },
    annotations: {
      summary: alert.summary,
      description: alert.description,
      command: alert.command,
      runbook_url: runbookUrl(settings, name),
      dashboard_url: `${settings.grafana}/d/${alert.dashboard}${query}`,
    },
  };
}
