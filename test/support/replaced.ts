/** What is put in the place of what. */
export type Replacement = readonly [found: string, put: string];

/** A text of a page with some of it replaced. @throws Error when the page no longer says what is to be replaced */
export function replaced(text: string, pairs: readonly Replacement[]): string {
  return pairs.reduce((before, [found, put]) => {
    if (!before.includes(found)) throw new Error(`the page no longer says ${found}`);
    return before.replaceAll(found, put);
  }, text);
}
