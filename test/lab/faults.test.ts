import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { expect } from 'chai';
import { instrument } from 'opentelemetry-instrumentation-mesh-rebalance';
import { toDrain, World } from '../mesh/world.js';
import { TestSdk } from '../support/sdk.js';

const NODE = 'node-0002';

describe('a mesh in which things go wrong', () => {
  it('tries a failed move again, and gets on when the failures stop', () => {
    const world = new World();
    world.cluster.faults.failTransfers(NODE, 1, 'timeout');
    world.controller.propose(toDrain([NODE]));
    world.run(4);
    world.cluster.faults.failTransfers(NODE, 0, 'timeout');
    world.run(30);
    expect(world.events('moveFinished').filter(({ outcome }) => outcome === 'failed')).not.to.deep.equal([]);
    expect(world.events('planFinished')).to.deep.include.members([
      { planId: 'payments-eu-1-0001', outcome: 'completed' },
    ]);
  });

  it('fails the plan at the limit of attempts, with the kind of the failure', () => {
    const world = new World({ policy: { moveAttempts: 3, retryAfter: 30_000 } });
    world.cluster.faults.failTransfers(NODE, 1, 'checksum_mismatch');
    world.controller.propose(toDrain([NODE]));
    world.run(40);
    const [end] = world.events('planFinished');
    expect(end).to.include({ outcome: 'failed', errorType: 'checksum_mismatch' });
    const shard = /shard-\d+/.exec(String(end?.['error']))?.[0];
    const attempts = world.events('moveStarted').filter((move) => move['shard'] === shard);
    expect(attempts).to.have.length(3);
    expect(world.events('drainFinished')[0]).to.include({ node: NODE, outcome: 'failed' });
    expect(world.controller.plans().at(-1)).to.include({ state: 'failed', errorType: 'checksum_mismatch' });
    expect(world.states()).to.include('failed');
    expect(world.cluster.mesh.nodes.get(NODE)?.cordon).to.equal(undefined);
  });

  it('moves the shards of a dead node away from their replicas', () => {
    const world = new World({ policy: { approvalMode: 'auto' } });
    world.cluster.faults.killNode(NODE);
    world.run(30);
    expect(world.events('planCreated')[0]).to.include({ trigger: 'node_failed', approvalMode: 'auto' });
    expect(world.cluster.mesh.ownership()[NODE]).to.equal(0);
    expect(world.events('planFinished')[0]).to.include({ outcome: 'completed' });
  });

  it('finds another target when the planned one dies', () => {
    const world = new World();
    const { moves } = world.controller.propose(toDrain([NODE]));
    const target = moves[0]?.target as string;
    world.run(1);
    world.cluster.faults.killNode(target);
    world.run(40);
    const failed = world.events('moveFinished').filter(({ outcome }) => outcome === 'failed');
    expect(failed[0]).to.include({ errorType: 'node_unreachable' });
    expect(world.cluster.mesh.ownership()[NODE]).to.equal(0);
    const again = world.events('moveStarted').filter(({ shard }) => shard === failed[0]?.['shard']);
    expect(again[0]).to.include({ target });
    expect(again[1]?.['target']).not.to.equal(target);
  });

  it('looks into a slow node before it plans, and drains it when it stays slow', () => {
    const world = new World({ policy: { approvalMode: 'auto' } });
    world.run(2);
    world.cluster.faults.slowNode(NODE, 40);
    world.run(45);
    expect(world.states()[0]).to.equal('investigating');
    expect(world.events('planCreated')[0]).to.include({ trigger: 'node_degraded' });
    expect(world.cluster.mesh.ownership()[NODE]).to.equal(0);
    expect(world.cluster.mesh.nodes.get(NODE)?.cordon).to.equal('health');
  });

  it('withdraws a plan whose node has recovered before anybody decided', () => {
    const world = new World();
    world.cluster.faults.slowNode(NODE, 40);
    world.run(5);
    expect(world.controller.plans()[0]).to.include({ state: 'rebalancePending', trigger: 'node_degraded' });
    world.cluster.faults.slowNode(NODE, 1);
    world.run(10);
    expect(world.events('planFinished')[0]).to.include({ outcome: 'cancelled', reason: 'its nodes have recovered' });
  });

  it('sticks until somebody cancels the plan', () => {
    const world = new World();
    const { id } = world.controller.propose(toDrain([NODE]));
    world.run(1);
    world.cluster.faults.stickTransfers(NODE);
    world.run(120);
    expect(world.controller.plans()[0]).to.include({ state: 'rebalancing', shardsMoving: 4, shardsRemaining: 4 });
    world.cluster.faults.unstickTransfers(NODE);
    world.controller.cancel(id, 'ada', 'stuck');
    world.controller.propose(toDrain([NODE]));
    world.run(30);
    expect(world.cluster.mesh.ownership()[NODE]).to.equal(0);
  });

  it('hangs without a heartbeat, and goes on when it is released', () => {
    const world = new World();
    world.run(1);
    world.cluster.faults.hangLoop();
    const beats = world.events('heartbeat').length;
    world.run(10);
    expect(world.events('heartbeat')).to.have.length(beats);
    world.cluster.faults.releaseLoop();
    world.run(1);
    expect(world.events('heartbeat').length).to.be.within(beats + 11, beats + 13);
  });

  it('goes on with a plan after a crash, in the same trace, and moves no shard twice', () => {
    const processes: TestSdk[] = [];
    const world = new World({
      policy: { maxConcurrentMoves: 2 },
      instrumented: (controller, clock) => {
        const sdk = new TestSdk();
        processes.push(sdk);
        return instrument(controller, { ...sdk.options, clock });
      },
    });
    const { id } = world.controller.propose(toDrain([NODE]));
    world.run(4.5);
    const crashed = world.controller;
    world.cluster.faults.crash();
    const silence = world.emitted.length;
    world.run(5);
    expect(world.emitted).to.have.length(silence);
    expect(crashed.running).to.equal(false);
    world.cluster.faults.restart();
    const [resumed] = world.controller.plans();
    expect(resumed).to.include({ id, outcome: undefined });
    expect(resumed?.shardsRemaining).to.be.within(1, 3);
    world.run(30);
    expect(world.controller.plans()[0]).to.include({ id, outcome: 'completed', shardsRemaining: 0 });
    expect(world.events('planCreated')).to.have.length(1);
    const moved = world.events('moveFinished').map(({ shard }) => shard);
    expect(new Set(moved)).to.have.property('size', moved.length);
    const spans = processes.flatMap((sdk) => sdk.spans());
    expect(new Set(spans.map((span) => span.spanContext().traceId))).to.have.property('size', 1);
    expect(spans.filter(({ name }) => name === 'rebalance.plan.created')).to.have.length(1);
    expect(spans.filter(({ name }) => name === 'rebalance.plan')).to.have.length(1);
  });

  it('does the work of each step inside its span', () => {
    const sdk = new TestSdk();
    const steps = new Map<string, string | undefined>();
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    try {
      const world = new World({
        instrumented: (controller, clock) => instrument(controller, { ...sdk.options, clock }),
        onStep: ({ node, shard }) => {
          steps.set(shard ?? String(node), trace.getActiveSpan()?.spanContext().spanId);
        },
      });
      world.controller.propose(toDrain([NODE]));
      world.run(30);
    } finally {
      context.disable();
    }
    const spans = new Map(sdk.spans().map((span) => [span.spanContext().spanId, span]));
    expect(steps).to.have.property('size', 5);
    for (const [step, spanId] of steps) {
      const span = spans.get(String(spanId));
      const attributes = span?.attributes ?? {};
      expect([attributes['mesh.node.id'], attributes['mesh.shard.id']], step).to.include(step);
      expect(span?.name).to.equal(step === NODE ? 'rebalance.drain' : 'rebalance.move');
    }
  });
});
