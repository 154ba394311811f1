import { type Expression, matches } from '../rules/promql/index.js';

/** The reader's choice. Both variables are regular expressions: several values become `(a|b)`, All is `.+`. */
export const CHOSEN_NAMESPACES = matches('namespace', '$namespace');
const CHOSEN_CLUSTERS = matches('cluster', '$cluster');

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
