import { expect } from 'chai';
import type { Master } from '../../examples/redis-cluster/master.js';
import { Cleanup } from '../support/cleanup.js';
import { Rig } from './rig.js';

describe('a controller of a Redis Cluster that finds slots half moved', () => {
  const cleanup = Cleanup.forSuite();
  let rig: Rig;
  let source: Master;
  let target: Master;

  before(async () => {
    rig = await cleanup.use(Rig.start({ keys: 40_000 }));
    const masters = await rig.masters();
    source = masters.find(({ node }) => node.slots.includes(0)) as Master;
    target = masters.find((master) => master !== source) as Master;
  });

  /** Six slots of the source with more than one key each. */
  async function slotsWithKeys(): Promise<[number, number, number, number, number, number]> {
    const counts = await Promise.all(source.node.slots.map((slot) => source.client.clusterCountKeysInSlot(slot)));
    const filled = source.node.slots.filter((_, index) => Number(counts[index]) > 1);
    return filled.slice(0, 6) as [number, number, number, number, number, number];
  }

  /** Moves one key of a slot, as a move does that is broken off then. */
  async function moveOneKey(slot: number): Promise<void> {
    await target.client.clusterSetSlot(slot, 'IMPORTING', source.node.id);
    await source.client.clusterSetSlot(slot, 'MIGRATING', target.node.id);
    const keys = await source.client.clusterGetKeysInSlot(slot, 1);
    expect(keys).to.have.length(1);
    await source.client.migrate(target.node.host, target.node.port, keys, 0, 1_000);
  }

  it('closes them before it does anything else, with every key', async () => {
    const [crashed, sourceDied, targetDied, bothDied, noKeyYet, oneCommand] = await slotsWithKeys();
    for (const slot of [crashed, sourceDied, targetDied, bothDied]) await moveOneKey(slot);
    // A replica that took over knows nothing of the move.
    for (const slot of [sourceDied, bothDied]) await source.client.clusterSetSlot(slot, 'STABLE');
    for (const slot of [targetDied, bothDied]) await target.client.clusterSetSlot(slot, 'STABLE');
    for (const slot of [noKeyYet, oneCommand]) await target.client.clusterSetSlot(slot, 'IMPORTING', source.node.id);
    await source.client.clusterSetSlot(noKeyYet, 'MIGRATING', target.node.id);

    const { controller } = await rig.control();

    expect(await rig.faults()).to.deep.equal([]);
    expect(controller.snapshot().nodes).to.deep.equal(await rig.slots());
    const { node } = (await rig.masters()).find(({ node }) => node.id === target.node.id) as Master;
    expect(node.slots).to.include.members([crashed, sourceDied, targetDied, bothDied, noKeyYet]);
    expect(node.slots).not.to.include(oneCommand);
  });
});
