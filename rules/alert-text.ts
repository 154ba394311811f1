import { METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { type Expression, type Labels, lastOverTime, max, series, TOGETHER } from './promql/index.js';
import { type Scope, within } from './scope.js';
import { CLUSTER, PLAN } from './selectors.js';

/** Series that a text shows: Prometheus asks for them when it writes the text. */
export interface Found {
  readonly expression: Expression;
  /** Labels of the alert that the series have too. */
  readonly by: Labels;
  /** Template of what is found, which is the dot. */
  readonly show: string;
  /** In its place, when nothing is. */
  readonly otherwise: string;
}

/** A text of an alert: templates as they are, and what is looked up. */
export type Text = string | readonly (string | Found)[];

/** Builds a text from a template literal. */
export function text(strings: TemplateStringsArray, ...values: readonly (Text | Found)[]): Text {
  return strings.flatMap((part, index) => {
    const value = values[index];
    return value === undefined ? [part] : [part, ...partsOf(value)];
  });
}

function partsOf(value: Text | Found): readonly (string | Found)[] {
  return typeof value === 'string' || 'expression' in value ? [value] : value;
}

/** Prints a text as Prometheus reads it. */
export function template(of: Text, scope: Scope): string {
  return partsOf(of)
    .map((part) => (typeof part === 'string' ? part : foundTemplate(part, scope)))
    .join('');
}

function foundTemplate({ expression, by, show, otherwise }: Found, scope: Scope): string {
  const narrowed = expression.withMatchers(({ matchers }) => [
    ...matchers,
    ...by.map((label, index) => ({ label, operator: '=' as const, value: `${VALUE}${index + 1}` })),
  ]);
  // The values of labels come in as Go's literals, which PromQL reads.
  const query = String(within(scope, narrowed))
    .replaceAll(/\s+/g, ' ')
    .replaceAll('%', '%%')
    .replaceAll(new RegExp(`"${VALUE}(\\d)"`, 'g'), '%[$1]q');
  const values = by.map((label) => ` $labels.${label}`).join('');
  const others = otherwise === '' ? '' : `{{ else }}${otherwise}`;
  return `{{ with printf \`${query}\`${values} | query }}${show}${others}{{ end }}`;
}

/** In the place of a label's value until the query is printed: no user can write it. */
const VALUE = '\uE000';

/** Templates of a value that the dot has: a whole number, and a moment in seconds since 1970. */
const WHOLE = '{{ . | value | printf "%.0f" }}';
// Without `toTime`, which vmalert does not know.
const MOMENT = '{{ . | value | humanizeTimestamp | reReplaceAll "^(.{16}).*" "$1" }} UTC';

/** How often something listed was found. */
export const TIMES = ` (${WHOLE}×)`;

/** Series that a list names; the rest is "…". */
const MAX_LISTED = 5;

/** The value of one series, as a whole number. */
export function total(expression: Expression, by: Labels): Found {
  return { expression: max(TOGETHER, expression), by, show: `{{ with first . }}${WHOLE}{{ end }}`, otherwise: '0' };
}

/** The moment that one series holds. */
export function moment(expression: Expression, by: Labels, { before = '', otherwise = '' } = {}): Found {
  return { expression, by, show: `{{ with first . }}${before}${MOMENT}{{ end }}`, otherwise };
}

/** The values of a label, in their order, and the number that belongs to each. */
export function list(
  expression: Expression,
  by: Labels,
  label: Labels[number],
  { before = '', counts = ` (${WHOLE})`, after = '', otherwise = '' } = {},
): Found {
  const each = `{{ if lt $i ${MAX_LISTED} }}{{ if $i }}, {{ end }}{{ .Labels.${label} }}${counts}{{ else if eq $i ${MAX_LISTED} }}, …{{ end }}`;
  const show = `${before}{{ range $i, $_ := . | sortByLabel "${label}" }}${each}{{ end }}${after}`;
  return { expression, by, show, otherwise };
}

/** A value of the alert in seconds, as the moment at which it began and its age. */
export const SINCE_VALUE = `Since {{ with printf "time() - %f" $value | query }}{{ with first . }}${MOMENT}{{ end }}{{ end }} ({{ $value | humanizeDuration }}).`;

/** A plan, the nodes that it has yet to drain, and what caused it, as they were within some time. */
export function planSubject(within: string): Text {
  const left = max(['node'], lastOverTime(series(METRICS.drainShardsRemaining).range(within))).above(0);
  const info = max(['trigger'], lastOverTime(series(METRICS.planInfo).range(within)));
  const drains = list(left, PLAN, 'node', { before: ', shards left on ' });
  const trigger = list(info, PLAN, 'trigger', { before: ', trigger ', counts: '' });
  return text`Plan {{ $labels.plan_id }} of {{ $labels.namespace }}/{{ $labels.cluster }}${drains}${trigger}.`;
}

/** How many of something there are, unless that is not known yet: a new counter is at 0 for its first minute. */
export const COUNTED = `{{ if . | value }} (${WHOLE}){{ end }}`;

/** What failed in a plan, by reason. */
export function failures(within: string, before: string, otherwise = ''): Found {
  const counted = max(['error_type'], lastOverTime(series(METRICS.planFailures).range(within)));
  return list(counted, PLAN, 'error_type', { before, counts: COUNTED, after: '.', otherwise });
}

/** Plans of the cluster whose moves are under way, with how many. */
export function holdersOfSlots(): Found {
  const moving = max(['plan_id'], series(METRICS.shardsMoving)).above(0);
  return list(moving, CLUSTER, 'plan_id', { before: 'plan ', otherwise: 'plans that are not shown' });
}
