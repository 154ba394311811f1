import type { Label } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';

/** Labels that a target, a rule or a Collector gives, and no metric of the package has. */
export type OtherLabel =
  | 'job'
  | 'instance'
  | 'exporter'
  | 'receiver'
  | 'le'
  | 'alertname'
  | 'alertstate'
  | 'severity'
  | 'exported_namespace'
  | 'exported_cluster'
  | 'otel_metric_overflow';

/** The name of a label that an expression may mention. */
export type LabelName = Label | OtherLabel;

/** Labels that identify a series. */
export type Labels = readonly LabelName[];

/** One condition of a selector. */
export interface Matcher<L extends string = string> {
  readonly label: L;
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
  /** Printed between back quotes, in which a back slash is a back slash. */
  readonly verbatim?: true;
}

export const is = <L extends LabelName>(label: L, value: string): Matcher<L> => ({ label, operator: '=', value });
export const isNot = <L extends LabelName>(label: L, value: string): Matcher<L> => ({ label, operator: '!=', value });
/** A regular expression that the whole value meets. */
export const matches = <L extends LabelName>(label: L, value: string): Matcher<L> => ({ label, operator: '=~', value });
/** One of several values. */
export const isOneOf = <L extends LabelName>(label: L, values: readonly string[]): Matcher<L> =>
  matches(label, values.join('|'));

/** Source of a series: the package, the rules of this folder (recorded ones, and `ALERTS`), or another program. */
type Origin = 'package' | 'rules' | 'other';

/** Name and conditions of a selector. */
export interface Selector {
  readonly origin: Origin;
  readonly name: string;
  readonly matchers: readonly Matcher[];
}

/** A moment of the shown time, to which a selector can be pinned. */
export type Moment = 'start' | 'end';

/** Time at which a selector looks. */
export interface When {
  readonly range?: string;
  readonly offset?: string;
  readonly at?: Moment;
}

/** A text literal. The escapes of JSON are among those of PromQL. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}
