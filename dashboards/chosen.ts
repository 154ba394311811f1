import type { Expression, LabelName, Matcher } from '../rules/promql/index.js';
import { reference } from './variable-reference.js';

/**
 * Series of what is chosen in the variable of the same name. The format `regex` is the only one that Grafana escapes as
 * it comes, and the back quotes of a verbatim text leave that as it is: so quotes, dots and back slashes are found.
 *
 * @param alternative a further regular expression
 */
export function chosen<L extends LabelName>(label: L, alternative?: string): Matcher<L> {
  const either = alternative === undefined ? '' : `|${alternative}`;
  return { label, operator: '=~', value: `${reference(`${label}:regex`)}${either}`, verbatim: true };
}

/** The reader's choice. Several values become `(a|b)`, All is `.+`. */
export const CHOSEN_NAMESPACES = chosen('namespace');
const CHOSEN_CLUSTERS = chosen('cluster');

/**
 * An expression in which every selector keeps to the chosen namespaces and clusters, but for series of other programs,
 * which have neither, and for selectors that name a namespace of their own. So an expression of an alert can stand on a
 * dashboard.
 */
export function ofChosenClusters(expression: Expression): Expression {
  return expression.withMatchers(({ origin, matchers }) =>
    origin === 'other' || matchers.some(({ label }) => label === 'namespace')
      ? matchers
      : [CHOSEN_NAMESPACES, CHOSEN_CLUSTERS, ...matchers],
  );
}
