import { expect } from 'chai';
import { Cleanup } from '../support/cleanup.js';
import { sampleValue, select } from '../support/exposition.js';
import { until } from '../support/until.js';
import { planEnd, Rig } from './rig.js';
import { Writer } from './writer.js';

describe('a Redis Cluster that gets a fourth master', () => {
  const cleanup = Cleanup.forSuite();
  let rig: Rig;

  before(async () => {
    rig = await cleanup.use(Rig.start({ keys: 100_000 }));
  });

  it('is even in the end, with all of 100,000 keys and every write of the meantime', async () => {
    const added = await rig.cluster.addMaster({ replica: false });
    const { controller, sdk } = await rig.control({ approvalMode: 'auto' });
    const writer = new Writer(await rig.connect());
    const ended = planEnd(controller);
    const planId = await until(() => controller.rebalance());
    expect((await ended).outcome).to.equal('completed');
    await writer.stop();

    expect(Object.values(await rig.slots())).to.deep.equal([4_096, 4_096, 4_096, 4_096]);
    expect(writer.acknowledged).to.be.greaterThan(0);
    expect(await writer.lost(await rig.connect())).to.deep.equal([]);
    expect(await rig.faults(writer.acknowledged)).to.deep.equal([]);

    const samples = await sdk.scrape();
    const plan = { plan_id: planId };
    expect(sampleValue(samples, 'mesh_rebalance_state', { ...plan, state: 'completed' })).to.equal(1);
    expect(sampleValue(samples, 'mesh_rebalance_plan_shards_remaining', plan)).to.equal(0);
    expect(select(samples, 'mesh_rebalance_drain_shards_remaining', plan).map(({ value }) => value)).to.deep.equal([
      0, 0, 0,
    ]);
    expect(sampleValue(samples, 'mesh_rebalance_node_shards', { node: added })).to.equal(4_096);
    const invalid = select(samples, 'mesh_rebalance_invalid_events_total').map(({ value }) => value);
    expect(new Set(invalid)).to.deep.equal(new Set([0]));
    await controller.stop();
  });

  it('has nothing more to plan', async () => {
    const { controller } = await rig.control();
    await until(async () => expect(await controller.rebalance()).to.equal(undefined));
    await until(() => controller.state === 'steady');
  });
});
