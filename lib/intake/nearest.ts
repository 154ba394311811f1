const MAX_LENGTH = 64;

/** The name that `wrong` is most likely a slip of, or nothing when none is near. */
export function nearest(wrong: string, names: Iterable<string>): string | undefined {
  const letters = lettersOf(wrong);
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const name of names) {
    const slips = slipsBetween(letters, lettersOf(name));
    if (slips >= least) continue;
    best = name;
    least = slips;
  }
  return best;
}

/** `. Did you mean …?`, or nothing when no name is near. */
export function didYouMean(wrong: string, names: Iterable<string>): string {
  const name = nearest(wrong, names);
  return name === undefined ? '' : `. Did you mean ${name}?`;
}

/** Case and separators are the most frequent slips of all: `plan_created`, `plan-created` and `PlanCreated` are one. */
function lettersOf(name: string): string {
  return name
    .slice(0, MAX_LENGTH)
    .toLowerCase()
    .replace(/[^\p{L}\d]/gu, '');
}

/** Number of slips between two names; infinite when they are too many for a slip. */
function slipsBetween(a: string, b: string): number {
  const length = Math.max(a.length, b.length);
  const slips = distance(a, b);
  if (slips <= length / 3) return slips;
  const shorter = Math.min(a.length, b.length);
  // A name with something added, such as a unit.
  return shorter >= 4 && (a.startsWith(b) || b.startsWith(a)) ? length : Number.POSITIVE_INFINITY;
}

/** Letters added, left out, replaced, or swapped with their neighbour: the optimal string alignment distance. */
function distance(a: string, b: string): number {
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  let before = last;
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          at(row, j - 1) + 1,
          at(last, j) + 1,
          at(last, j - 1) + (same ? 0 : 1),
          swapped ? at(before, j - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    before = last;
    last = row;
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
