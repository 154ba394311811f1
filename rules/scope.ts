/* Selection of our series and rules in a Prometheus that others use too. */
import type { Expression, Matcher } from './promql/index.js';

/** A part of a Prometheus that others use too. */
export interface Scope {
  /** Conditions on every series of the package besides its own, such as `env="prod"`. */
  readonly selector: readonly Matcher[];
  /** Labels of every rule besides its own, and therefore of the series that it records. */
  readonly labels: Readonly<Record<string, string>>;
}

/** All of a Prometheus of one's own. */
export const EVERYTHING: Scope = { selector: [], labels: {} };

/** Series that have these labels have lost their own `namespace` and `cluster`, or never had any. */
const INSTEAD_OF_OURS: readonly string[] = ['exported_namespace', 'exported_cluster', 'otel_metric_overflow'];

/**
 * An expression that keeps to a part of a Prometheus. Series of other programs stay as they are, because they may be
 * shared.
 */
export function within({ selector, labels }: Scope, expression: Expression): Expression {
  const ofRules = Object.entries(labels).map(([label, value]): Matcher => ({ label, operator: '=', value }));
  return expression.withMatchers(({ origin, matchers }) => {
    if (origin === 'other') return matchers;
    if (origin === 'rules') return [...matchers, ...ofRules];
    const isFoundOtherwise = matchers.some(({ label }) => INSTEAD_OF_OURS.includes(label));
    return [...matchers, ...(isFoundOtherwise ? selector.filter(({ label }) => !isOfMesh(label)) : selector)];
  });
}

/** True for the labels that name a cluster of the mesh. */
export function isOfMesh(label: string): boolean {
  return label === 'namespace' || label === 'cluster';
}
