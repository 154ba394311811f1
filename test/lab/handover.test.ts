import { expect } from 'chai';
import { drainNow } from '../../examples/lab/requests.js';
import { playScenario } from '../../examples/lab/run.js';
import type { Scenario } from '../../examples/lab/scenario.js';
import { Readings } from './readings.js';

const NOWHERE = { write() {} };

/** A plan that an incident holds from the tenth minute on, for longer than its leader lives. */
const HELD_AT_HANDOVER: Scenario = {
  name: 'held-at-handover',
  shows: '',
  clusters: 1,
  hours: 0.5,
  happensTo: 'all',
  mesh: { nodes: 12, shards: 96, policy: { maxConcurrentMoves: 1 } },
  acts: [
    { minute: 5, act: ({ controller }) => controller.propose(drainNow(3)) },
    { minute: 10, act: ({ faults }) => faults.incident('INC-1') },
    { minute: 18, act: ({ faults }) => faults.crash() },
  ],
  standby: true,
};

describe('the series of a plan whose leader dies while something holds it', () => {
  it('go on with the next leader, as if it had known the plan from the start', async () => {
    const { hours, clusters } = HELD_AT_HANDOVER;
    const { samples } = await playScenario(
      { scenario: HELD_AT_HANDOVER, hours, clusters, seed: 1 },
      { traces: NOWHERE, logs: NOWHERE },
    );
    const readings = new Readings(samples);
    const both = (name: string, labels: Record<string, string> = {}) => readings.series(name, labels);
    const minute = ({ first }: { readonly first: number }) => first / 4;

    const [work, workAfter] = both('duration_seconds', { phase: 'work' });
    expect(work?.values.at(-1)).to.be.within(12.5 * 60, 13 * 60);
    expect(minute(workAfter as { first: number })).to.be.within(18.25, 18.75);
    // The plan began to work in minute 5, whoever looks at it.
    expect((workAfter?.values[0] as number) / 60 + 5).to.be.closeTo((workAfter?.first as number) / 4, 0.2);

    const [held, heldAfter] = both('duration_seconds', { phase: 'held' });
    expect(held?.values.at(-1)).to.be.within(7 * 60, 8 * 60);
    expect(heldAfter?.values[0]).to.be.at.least(held?.values.at(-1) as number);

    const [progress, progressAfter] = both('plan_progress_timestamp_seconds');
    expect(progressAfter?.values[0]).to.be.at.least(progress?.values.at(-1) as number);
    expect(readings.last('plan_approvals_total', { decision: 'approved' })).to.deep.equal([1, 1]);
  });
});
