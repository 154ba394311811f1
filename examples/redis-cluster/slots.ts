/** Hash slots of a Redis Cluster. */
export const SLOT_COUNT = 16_384;

/** Neighbouring slots. Both ends belong to it. */
export interface SlotRange {
  readonly first: number;
  readonly last: number;
}

/** The slots of a range, one by one. */
export function slotsIn({ first, last }: SlotRange): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** Ascending slots as ranges of neighbours, none longer than `longest`. */
export function rangesOf(slots: readonly number[], longest: number): SlotRange[] {
  const ranges: { first: number; last: number }[] = [];
  for (const slot of slots) {
    const open = ranges.at(-1);
    if (open !== undefined && slot === open.last + 1 && slot - open.first < longest) open.last = slot;
    else ranges.push({ first: slot, last: slot });
  }
  return ranges;
}
