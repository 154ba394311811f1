import type { ClusterAdmin } from './cluster-admin.js';
import { OwnershipChangedError, StoppedError } from './failure.js';
import type { PlannedMove } from './plan.js';
import { migrateSlot } from './slot-migration.js';
import { slotsIn } from './slots.js';

/**
 * Moves a range of slots, one after the other. Slots that have arrived already are left out, so a move that was broken
 * off can be executed again.
 *
 * @returns bytes moved
 * @throws StoppedError between two slots, once `stop` is aborted
 * @throws OtherControllerError when another controller works on one of the nodes
 * @throws OwnershipChangedError when a slot belongs to neither node
 */
export async function executeMove(
  admin: ClusterAdmin,
  { slots, source, target }: PlannedMove,
  stop: AbortSignal,
): Promise<number> {
  const [from, to] = await Promise.all([admin.master(source), admin.master(target)]);
  await admin.claim([from, to]);
  const owned = new Set(from.node.slots);
  const arrived = new Set(to.node.slots);
  let bytes = 0;
  for (const slot of slotsIn(slots)) {
    if (arrived.has(slot)) continue;
    if (!owned.has(slot)) throw new OwnershipChangedError(`slot ${slot} is not on ${source}`);
    if (stop.aborted) throw new StoppedError('asked to stop');
    bytes += await migrateSlot(slot, from, to);
  }
  return bytes;
}
