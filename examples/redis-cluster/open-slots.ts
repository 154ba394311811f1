import { OwnershipChangedError } from './failure.js';
import type { Master } from './master.js';
import { migrateSlot } from './slot-migration.js';
import { SLOT_COUNT } from './slots.js';

/** A slot whose move was broken off. */
interface OpenSlot {
  readonly slot: number;
  readonly owner: Master;
  /** The other masters that hold keys of it, or to which the owner sends clients for them. */
  readonly takers: readonly Master[];
}

/**
 * Takes back the marks of slots that were to come from a node that died. While a node has such a mark, it does not learn
 * who took over the slot, and holds the whole cluster for down.
 */
export async function forgetDeadSources(masters: readonly Master[]): Promise<void> {
  const living = new Set(masters.map(({ node }) => node.id));
  for (const { node, client } of masters) {
    for (const [slot, source] of node.importing) {
      if (!living.has(source)) await client.clusterSetSlot(slot, 'STABLE');
    }
  }
}

/**
 * Finishes what a dead controller or a dead node has left half done. An open slot goes on to the node that has part of
 * its keys, because there the owner can send clients for them (ASK) while the rest follows.
 *
 * @returns how many slots were open
 * @throws OwnershipChangedError when a slot has no owner, or its keys are spread over more than two nodes
 */
export async function closeOpenSlots(masters: readonly Master[]): Promise<number> {
  const open = await findOpenSlots(masters);
  for (const { slot, owner, takers } of open) {
    const [target, another] = takers;
    if (another !== undefined) throw new OwnershipChangedError(`keys of slot ${slot} are on more than two nodes`);
    if (target !== undefined) await migrateSlot(slot, owner, target);
    for (const { client } of masters) await client.clusterSetSlot(slot, 'STABLE');
  }
  return open.length;
}

async function findOpenSlots(masters: readonly Master[]): Promise<OpenSlot[]> {
  const owners = ownersOf(masters);
  const strays = await findStrays(masters, owners);
  const marked = masters.flatMap(({ node }) => [...node.migrating.keys(), ...node.importing.keys()]);
  return [...new Set([...marked, ...strays.keys()])].map((slot) => {
    const owner = owners.get(slot);
    if (owner === undefined) throw new OwnershipChangedError(`slot ${slot} has no owner`);
    const announced = masters.filter(({ node }) => node.id === owner.node.migrating.get(slot));
    return { slot, owner, takers: [...new Set([...announced, ...(strays.get(slot) ?? [])])] };
  });
}

function ownersOf(masters: readonly Master[]): Map<number, Master> {
  const owners = new Map<number, Master>();
  for (const master of [...masters].sort((a, b) => a.node.configEpoch - b.node.configEpoch)) {
    for (const slot of master.node.slots) owners.set(slot, master);
  }
  return owners;
}

/** Keys outside their owner. A replica that took over has them without the mark, so every slot is asked about. */
async function findStrays(
  masters: readonly Master[],
  owners: ReadonlyMap<number, Master>,
): Promise<Map<number, Master[]>> {
  const strays = new Map<number, Master[]>();
  for (const master of masters) {
    const foreign = Array.from({ length: SLOT_COUNT }, (_, slot) => slot).filter((slot) => owners.get(slot) !== master);
    const counts = await Promise.all(foreign.map((slot) => master.client.clusterCountKeysInSlot(slot)));
    foreign.forEach((slot, index) => {
      if (counts[index] !== 0) strays.set(slot, [...(strays.get(slot) ?? []), master]);
    });
  }
  return strays;
}
