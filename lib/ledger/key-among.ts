import { OTHER } from '../contract/vocabulary.js';

/** The key of a name in a map of at most `limit` names; those past it share one, which is none of them. */
export function keyAmong(known: ReadonlyMap<string, unknown>, name: string, limit: number): string {
  if (known.has(name)) return name;
  const named = known.size - (known.has(OTHER) ? 1 : 0);
  return named < limit ? name : OTHER;
}
