/** A recording rule, as a rule file has it. */
export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** Urgency of an alert: `critical` pages, `warning` is a ticket, `info` is routed to nobody. */
export type Severity = 'critical' | 'warning' | 'info';

/** An alerting rule, as a rule file has it. */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string | undefined;
  readonly labels: { readonly severity: Severity; readonly [label: string]: string };
  readonly annotations: {
    readonly summary: string;
    readonly description: string;
    readonly command: string;
    readonly runbook_url: string;
    readonly dashboard_url: string;
  };
}

/** Rules that are evaluated together, one after the other. */
export interface RuleGroup<R extends RecordingRule | AlertRule> {
  readonly name: string;
  readonly interval?: string;
  readonly rules: readonly R[];
}
