import { METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { RECORDED } from '../rules/recording.js';

/** What the reader has chosen. Both variables are regular expressions: several values become `(a|b)`, All is `.+`. */
const CHOSEN = 'namespace=~"$namespace",cluster=~"$cluster"';

/** The alerts of Prometheus, which carry the labels of what they are about. */
export const ALERTS = 'ALERTS';

const SELECTABLE = [...Object.values(METRICS).map(({ name }) => name), ...Object.values(RECORDED), ALERTS];
const SELECTOR = new RegExp(
  `(?<![\\w:])((?:${SELECTABLE.sort((a, b) => b.length - a.length).join('|')})(?:_bucket|_count|_sum)?)(?![\\w:])(\\{)?`,
  'g',
);

/**
 * An expression in which every selector keeps to the chosen namespaces and clusters. Those that name a namespace of
 * their own stay as they are. So an expression of an alert can stand on a dashboard unchanged.
 */
export function selected(expression: string): string {
  return expression.replaceAll(SELECTOR, (selector: string, name: string, brace: string | undefined, at: number) => {
    if (brace === undefined) return `${name}{${CHOSEN}}`;
    const matchers = expression.slice(at + selector.length, expression.indexOf('}', at));
    return /(^|,)namespace/.test(matchers) ? selector : `${name}{${CHOSEN},`;
  });
}
