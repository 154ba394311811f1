import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'chai';
import type { MoveStarted } from 'opentelemetry-instrumentation-mesh-rebalance';
import { Cleanup } from '../support/cleanup.js';
import { until } from '../support/until.js';
import { planEnd, Rig } from './rig.js';

/** Shorter than what makes a node count as lost, to the controller or to the others. */
const MOMENT_MS = 2_000;

describe('a Redis Cluster whose master stands still in the middle of a plan', () => {
  const cleanup = Cleanup.forEachTest();

  /** A plan of which a move has begun. */
  async function begin({ replicas }: { replicas: boolean }) {
    const rig = await cleanup.use(Rig.start({ keys: 20_000, replicas }));
    await rig.cluster.addMaster({ replica: replicas });
    const { controller } = await rig.control({ approvalMode: 'auto' });
    const ended = planEnd(controller);
    const started = once(controller, 'moveStarted');
    await until(() => controller.rebalance());
    const [{ source, target }] = (await started) as [MoveStarted];
    return { rig, controller, ended, source: String(source), target: String(target) };
  }

  it('for a moment: the plan waits, then completes with every key', async () => {
    const { rig, ended, source } = await begin({ replicas: false });
    const resume = rig.cluster.pause(source);
    await wait(MOMENT_MS);
    resume();
    expect((await ended).outcome).to.equal('completed');
    expect(Object.values(await rig.slots())).to.deep.equal([4_096, 4_096, 4_096, 4_096]);
    expect(await rig.faults()).to.deep.equal([]);
  });

  for (const role of ['source', 'target'] as const) {
    it(`until a replica has taken over from a move's ${role}: the plan fails, no key is lost, the next one completes`, async () => {
      const { rig, controller, ended, [role]: victim } = await begin({ replicas: true });
      const resume = rig.cluster.pause(victim);
      cleanup.add(resume);
      const end = await ended;
      expect(end.outcome).to.equal('failed');
      expect(end.errorType).to.be.oneOf(['node_unreachable', 'cluster_down', 'error_reply', 'ownership_changed']);
      await until(() => controller.state === 'steady');
      resume();
      // It finds that it is a replica now.
      await until(async () => (await rig.faults()).length === 0);

      const endedAgain = planEnd(controller);
      await until(() => controller.rebalance());
      expect((await endedAgain).outcome).to.equal('completed');
      expect(await rig.faults()).to.deep.equal([]);
    });
  }
});
