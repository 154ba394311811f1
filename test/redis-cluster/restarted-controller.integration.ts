import { type ChildProcess, fork } from 'node:child_process';
import { on } from 'node:events';
import { expect } from 'chai';
import { Cleanup } from '../support/cleanup.js';
import { end } from '../support/process.js';
import type { Report } from './controller-process.js';
import { Rig } from './rig.js';

const PROGRAM = new URL('controller-process.js', import.meta.url);

describe('a controller of a Redis Cluster that is killed in the middle of a plan', () => {
  const cleanup = Cleanup.forEachTest();

  it('goes on with it in the same trace after a restart', async () => {
    const rig = await cleanup.use(Rig.start({ keys: 20_000 }));
    const startController = () => {
      const process = fork(PROGRAM, [String(rig.cluster.addresses[0]?.port), rig.planFile]);
      cleanup.add(() => end(process, 'SIGKILL'));
      return process;
    };
    await rig.cluster.addMaster({ replica: false });
    const first = startController();
    const moved = await reportOf(first, 'moveFinished');
    await end(first, 'SIGKILL');
    const afterKill = Object.values(await rig.slots());
    expect(afterKill, 'the plan was cut short').not.to.deep.equal([4_096, 4_096, 4_096, 4_096]);

    const second = startController();
    const opened = await reportOf(second, 'opened');
    expect(opened.planId).to.equal(moved.planId);
    expect(opened.shardsRemaining).to.be.within(1, 17);
    const finished = await reportOf(second, 'planFinished');
    expect(finished).to.include({ planId: moved.planId, outcome: 'completed', shardsRemaining: 0 });
    expect(finished.traceId)
      .to.match(/^[0-9a-f]{32}$/)
      .and.equal(moved.traceId);

    expect(Object.values(await rig.slots())).to.deep.equal([4_096, 4_096, 4_096, 4_096]);
    expect(await rig.faults()).to.deep.equal([]);
  });
});

/** The first report of an event. */
async function reportOf(process: ChildProcess, event: Report['event']): Promise<Report> {
  for await (const [message] of on(process, 'message', { close: ['exit'] })) {
    if ((message as Report).event === event) return message as Report;
  }
  throw new Error(`the controller ended before ${event}`);
}
