import { ClusterDownError } from './failure.js';
import type { Master } from './master.js';
import { SLOT_COUNT } from './slots.js';

/**
 * To be asked while no move is under way: a slot that changes hands may be seen on neither side.
 *
 * @throws ClusterDownError when a slot has no living master, or a master does not serve
 */
export async function requireServing(masters: readonly Master[]): Promise<void> {
  // A node that has just died may not have brought the state of the others down yet.
  const served = new Set(masters.flatMap(({ node }) => node.slots)).size;
  if (served < SLOT_COUNT) throw new ClusterDownError(`${SLOT_COUNT - served} slots have no living master`);
  const states = await Promise.all(masters.map(({ client }) => client.clusterInfo()));
  if (!states.every((state) => state.toString().includes('cluster_state:ok'))) {
    throw new ClusterDownError('a master says that the cluster is down');
  }
}
