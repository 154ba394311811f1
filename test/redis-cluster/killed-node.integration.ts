import { once } from 'node:events';
import { expect } from 'chai';
import type { MoveFinished, MoveStarted } from 'opentelemetry-instrumentation-mesh-rebalance';
import { Cleanup } from '../support/cleanup.js';
import { sampleValue } from '../support/exposition.js';
import { until } from '../support/until.js';
import { planEnd, Rig, scrapeAgain } from './rig.js';

describe('a Redis Cluster whose master is killed in the middle of a plan', () => {
  const cleanup = Cleanup.forEachTest();

  for (const role of ['source', 'target'] as const) {
    it(`loses no key when it is a move's ${role}, and the next plan completes`, async () => {
      const rig = await cleanup.use(Rig.start({ keys: 100_000, replicas: true }));
      await rig.cluster.addMaster({ replica: true });
      const { controller, sdk } = await rig.control({ approvalMode: 'auto' });
      const holds: string[] = [];
      controller.on('guardrailTripped', ({ guardrail }) => holds.push(`${guardrail} tripped`));
      controller.on('guardrailCleared', ({ guardrail }) => holds.push(`${guardrail} cleared`));
      const ended = planEnd(controller);
      const started = once(controller, 'moveStarted');
      const moved = once(controller, 'moveFinished');
      const planId = await until(() => controller.rebalance());
      const [{ [role]: victim }] = (await started) as [MoveStarted];
      expect(((await moved)[0] as MoveFinished).outcome).to.equal('completed');
      await rig.cluster.kill(String(victim));

      const end = await ended;
      expect(end).to.include({ planId, outcome: 'failed' });
      // The others may know of the death before the connection to the dead does.
      expect(end.errorType).to.be.oneOf(['node_unreachable', 'cluster_down']);
      const samples = await scrapeAgain(sdk);
      const failure = { phase: 'total', error_type: String(end.errorType) };
      expect(sampleValue(samples, 'mesh_rebalance_failures_total', failure)).to.equal(1);

      await until(() => controller.state === 'steady');
      // What held moves back is over; where nothing did, the replica was there before the controller looked.
      expect(holds.at(-1)).to.be.oneOf(['incident cleared', undefined]);
      expect(await rig.faults()).to.deep.equal([]);

      const endedAgain = planEnd(controller);
      await until(() => controller.rebalance());
      expect((await endedAgain).outcome).to.equal('completed');
      expect(Object.values(await rig.slots())).to.deep.equal([4_096, 4_096, 4_096, 4_096]);
      expect(await rig.faults()).to.deep.equal([]);
    });
  }
});
