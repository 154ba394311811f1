import { once } from 'node:events';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { Cleanup } from '../support/cleanup.js';
import { sampleValue } from '../support/exposition.js';
import { until } from '../support/until.js';
import { planEnd, Rig, scrapeAgain } from './rig.js';

describe('a plan for a Redis Cluster', () => {
  const cleanup = Cleanup.forSuite();
  let rig: Rig;
  let drained: string;

  before(async () => {
    rig = await cleanup.use(Rig.start({ keys: 20_000 }));
    drained = (await rig.masters())[0]?.node.id ?? '';
  });

  it('moves nothing when it is rejected', async () => {
    const { controller, sdk } = await rig.control();
    const before = await rig.slots();
    const ended = planEnd(controller);
    const planId = await until(() => controller.drain(drained, 'ada'));
    expect(controller.state).to.equal('rebalancePending');
    controller.reject(planId, 'grace');

    expect(await ended).to.include({ planId, outcome: 'cancelled' });
    expect(controller.state).to.equal('steady');
    expect(() => controller.approve(planId)).to.throw('does not wait');
    expect(await rig.slots()).to.deep.equal(before);
    const decision = { plan_id: planId, decision: 'rejected' };
    expect(sampleValue(await scrapeAgain(sdk), 'mesh_rebalance_plan_approvals_total', decision)).to.equal(1);
    await controller.stop();
  });

  it('leaves no slot half moved when it is cancelled', async () => {
    const { controller } = await rig.control({ slotsPerMove: 64 });
    const ended = planEnd(controller);
    const moved = once(controller, 'moveFinished');
    const planId = await until(() => controller.drain(drained));
    controller.approve(planId, 'grace');
    await moved;
    controller.cancel(planId);

    expect(await ended).to.include({ planId, outcome: 'cancelled' });
    const slots = await rig.slots();
    expect(slots[drained]).to.be.within(1, 5_461 - 64);
    expect(Object.values(slots).reduce((sum, count) => sum + count)).to.equal(16_384);
    expect(await rig.faults()).to.deep.equal([]);
    await controller.stop();
  });

  it('leaves a drained node without slots', async () => {
    const { controller } = await rig.control();
    const ended = planEnd(controller);
    const planId = await until(() => controller.drain(drained));
    controller.approve(planId, 'grace');

    const { outcome, ...why } = await ended;
    expect(outcome, inspect(why)).to.equal('completed');
    const { [drained]: left = 0, ...others } = await rig.slots();
    expect(left).to.equal(0);
    expect(Object.values(others)).to.deep.equal([8_192, 8_192]);
    expect(await rig.faults()).to.deep.equal([]);
  });
});
