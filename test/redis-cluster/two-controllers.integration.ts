import { once } from 'node:events';
import { join } from 'node:path';
import { expect } from 'chai';
import type { GuardrailTripped } from 'opentelemetry-instrumentation-mesh-rebalance';
import { RedisClusterController } from '../../examples/redis-cluster/controller.js';
import { Cleanup } from '../support/cleanup.js';
import { until } from '../support/until.js';
import { planEnd, Rig } from './rig.js';

describe('two controllers on one Redis Cluster', () => {
  const cleanup = Cleanup.forEachTest();

  it('the second holds and says why while the first moves slots, then takes over; no key is lost', async () => {
    const rig = await cleanup.use(Rig.start({ keys: 20_000 }));
    await rig.cluster.addMaster({ replica: false });
    const { controller: first } = await rig.control({ approvalMode: 'auto' });
    const second = await RedisClusterController.open({
      namespace: 'shop',
      cluster: 'orders',
      addresses: rig.cluster.addresses,
      planFile: join(await cleanup.folder('second-controller'), 'plan.json'),
      approvalMode: 'auto',
      loopInterval: 100,
    });
    cleanup.add(() => second.stop());

    const ended = planEnd(first);
    const started = once(first, 'moveStarted');
    await until(() => first.rebalance());
    await started;
    const held = once(second, 'guardrailTripped');
    await second.start();
    const [{ reason }] = (await held) as [GuardrailTripped];
    expect(reason).to.match(/^rebalance-controller:\w+ works on this cluster/);
    const refusal = await second.rebalance().catch((error: unknown) => error);
    expect(refusal).to.include({ name: 'OtherControllerError' });

    expect((await ended).outcome).to.equal('completed');
    expect(Object.values(await rig.slots())).to.deep.equal([4_096, 4_096, 4_096, 4_096]);
    expect(await rig.faults()).to.deep.equal([]);

    const cleared = once(second, 'guardrailCleared');
    await first.stop();
    await cleared;
    const [node = ''] = Object.keys(await rig.slots());
    const endedSecond = planEnd(second);
    await until(() => second.drain(node));
    expect((await endedSecond).outcome).to.equal('completed');
    expect((await rig.slots())[node] ?? 0).to.equal(0);
    expect(await rig.faults()).to.deep.equal([]);
  });

  it('that begin at once: never both work, and no key is lost', async () => {
    const rig = await cleanup.use(Rig.start({ keys: 20_000 }));
    await rig.cluster.addMaster({ replica: false });
    const other = join(await cleanup.folder('other-controller'), 'plan.json');
    const both = await Promise.all(
      [rig.planFile, other].map(async (planFile) => (await rig.control({ approvalMode: 'auto', planFile })).controller),
    );
    const plans = both.map(planEnd);
    // Both may have stepped back in the first round.
    let answers: (string | undefined)[] = [];
    await until(async () => {
      const asked = both.map((controller) => controller.rebalance().catch(() => undefined));
      answers = await Promise.all(asked);
      return answers.some((planId) => planId !== undefined);
    });
    expect(answers.filter((planId) => planId !== undefined)).to.have.length(1);
    expect((await Promise.race(plans)).outcome).to.equal('completed');
    expect(Object.values(await rig.slots())).to.deep.equal([4_096, 4_096, 4_096, 4_096]);
    expect(await rig.faults()).to.deep.equal([]);
  });
});
