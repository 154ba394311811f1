import { join } from 'node:path';
import { expect } from 'chai';
import { Cleanup } from '../support/cleanup.js';
import { until } from '../support/until.js';
import { planEnd, Rig } from './rig.js';

describe('two controllers on one Redis Cluster', function () {
  this.timeout(120_000);
  const cleanup = Cleanup.forEachTest();

  it('get into each other’s way, and lose no key: what one moved away fails the other, and the next plan completes', async () => {
    const rig = await cleanup.use(Rig.start({ keys: 100_000 }));
    await rig.cluster.addMaster({ replica: false });
    const other = join(await cleanup.folder('other-controller'), 'plan.json');
    const both = [
      (await rig.control({ approvalMode: 'auto' })).controller,
      (await rig.control({ approvalMode: 'auto', planFile: other })).controller,
    ];
    const ends = both.map(planEnd);
    await Promise.all(both.map((controller) => controller.rebalance()));
    for (const { outcome, errorType } of await Promise.all(ends)) {
      if (outcome === 'failed') expect(errorType).to.be.oneOf(['ownership_changed', 'error_reply']);
    }
    await until(() => both.every(({ state }) => state === 'steady'), 40_000);
    expect(await rig.faults()).to.deep.equal([]);
    const nodes = await rig.slots();
    if (Object.values(nodes).some((slots) => slots !== 4_096)) {
      const [first] = both;
      const ended = first && planEnd(first);
      await first?.rebalance();
      expect((await ended)?.outcome).to.equal('completed');
    }
    expect(Object.values(await rig.slots())).to.deep.equal([4_096, 4_096, 4_096, 4_096]);
    expect(await rig.faults()).to.deep.equal([]);
  });
});
