import type { ClusterNode } from './cluster-nodes.js';
import type { PlannedMove } from './plan.js';
import { rangesOf } from './slots.js';

/** Slots that one node takes. */
interface Taker {
  readonly id: string;
  missing: number;
}

/**
 * The fewest slots whose move leaves every master with an equal share, and a leaving one with none. The moves of
 * different sources alternate, so that all sources work at once.
 *
 * @param slotsPerMove longest range that is one move
 * @throws RangeError when no master stays
 */
export function movesToBalance(
  masters: readonly ClusterNode[],
  leaving: ReadonlySet<string>,
  slotsPerMove: number,
): PlannedMove[] {
  const shares = sharesOf(masters, leaving);
  const takers = masters
    .map(({ id, slots }): Taker => ({ id, missing: (shares.get(id) ?? 0) - slots.length }))
    .filter(({ missing }) => missing > 0);
  const bySource = masters.map(({ id, slots }) => {
    const surplus = slots.slice(0, Math.max(0, slots.length - (shares.get(id) ?? 0)));
    return movesFrom(id, surplus, takers, slotsPerMove);
  });
  return alternate(bySource);
}

function sharesOf(masters: readonly ClusterNode[], leaving: ReadonlySet<string>): Map<string, number> {
  const staying = masters.filter(({ id }) => !leaving.has(id));
  if (staying.length === 0) throw new RangeError('no master would be left');
  const slots = masters.reduce((sum, node) => sum + node.slots.length, 0);
  const least = Math.floor(slots / staying.length);
  // The odd slots stay with those that have the most already.
  staying.sort((a, b) => b.slots.length - a.slots.length);
  return new Map(staying.map(({ id }, rank) => [id, least + (rank < slots % staying.length ? 1 : 0)]));
}

function movesFrom(source: string, surplus: readonly number[], takers: Taker[], longest: number): PlannedMove[] {
  const moves: PlannedMove[] = [];
  let given = 0;
  for (const taker of takers) {
    const slots = surplus.slice(given, given + taker.missing);
    given += slots.length;
    taker.missing -= slots.length;
    for (const range of rangesOf(slots, longest)) {
      moves.push({ shard: `slots-${range.first}-${range.last}`, slots: range, source, target: taker.id });
    }
  }
  return moves;
}

function alternate<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, rank) => lists.flatMap((list) => list.slice(rank, rank + 1))).flat();
}
