import { ErrorReply } from 'redis';
import type { Master } from './master.js';

const KEYS_AT_ONCE = 100;
/** Below any sensible `cluster-node-timeout`: both nodes stand still while MIGRATE runs. */
const MIGRATE_TIMEOUT_MS = 1_000;

/**
 * Moves one slot with its keys while clients go on reading and writing. Safe to repeat at any point, also with another
 * `source` or `target` after a failover: where a key is on both sides, the owner's copy is the one that clients wrote.
 *
 * @returns bytes of memory the keys took on the source
 */
export async function migrateSlot(slot: number, source: Master, target: Master): Promise<number> {
  await target.client.clusterSetSlot(slot, 'IMPORTING', source.node.id);
  await source.client.clusterSetSlot(slot, 'MIGRATING', target.node.id);
  const bytes = await moveKeys(slot, source, target);
  // The target first: should it die in between, the source still owns the slot.
  await target.client.clusterSetSlot(slot, 'NODE', target.node.id);
  try {
    await source.client.clusterSetSlot(slot, 'NODE', target.node.id);
  } catch (error) {
    if (!isOfReplica(error)) throw error;
  }
  return bytes;
}

/**
 * A source that hears from the target before it hears from us has given away its slot already. Where that was its last
 * one, Redis has made it a replica of the target.
 */
function isOfReplica(error: unknown): boolean {
  return error instanceof ErrorReply && error.message.includes('SETSLOT only with masters');
}

async function moveKeys(slot: number, source: Master, target: Master): Promise<number> {
  const { host, port } = target.node;
  const { username, password } = target.access;
  const auth = password !== undefined && { AUTH: { ...(username !== undefined && { username }), password } };
  let bytes = 0;
  for (;;) {
    const keys = await source.client.clusterGetKeysInSlot(slot, KEYS_AT_ONCE);
    if (keys.length === 0) return bytes;
    const sizes = await Promise.all(keys.map((key) => source.client.memoryUsage(key)));
    await source.client.migrate(host, port, keys, 0, MIGRATE_TIMEOUT_MS, { REPLACE: true, ...auth });
    bytes += sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  }
}
