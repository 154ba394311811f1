/** A variable that the first lines of a page set, and what stands for its value there. */
export interface Variable {
  readonly name: string;
  /** Name of the alert's label that has the value, or an example of an address. */
  readonly placeholder: string;
}

const ASSIGNMENT = /\b([A-Z][A-Z_]*)='([^']*)'/g;

/** A value that the page itself gives. */
const OURS = /^mesh_rebalance_/;

/** The variables that a block sets. */
export function variablesOf(block: string): Variable[] {
  return [...block.matchAll(ASSIGNMENT)].map(([, name = '', placeholder = '']) => ({ name, placeholder }));
}

/**
 * The block as a reader makes it: each variable with its value.
 *
 * @param known values of variables, by their names
 * @param labels of the alert
 * @throws Error for a variable that nobody can set
 */
export function filledIn(
  block: string,
  known: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): string {
  return block.replace(ASSIGNMENT, (_whole, name: string, placeholder: string) => {
    // A name of ours is as good in every trouble.
    const value = known[name] ?? (OURS.test(placeholder) ? placeholder : labels[placeholder]);
    if (value === undefined) throw new Error(`${name}: the alert has no label "${placeholder}"`);
    return `${name}='${value.replaceAll("'", "'\\''")}'`;
  });
}
