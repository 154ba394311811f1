import { expect } from 'chai';
import { toDrain, World } from './world.js';

function trips(world: World): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { guardrail } of world.events('guardrailTripped')) {
    counts[String(guardrail)] = (counts[String(guardrail)] ?? 0) + 1;
  }
  return counts;
}

describe('the guardrails of the mesh controller', () => {
  it('never move more shards at once than the policy allows, over all plans', () => {
    const world = new World({ policy: { maxConcurrentMoves: 3 } });
    for (const node of ['node-0000', 'node-0003', 'node-0006']) world.controller.propose(toDrain([node]));
    world.run(90);
    expect(world.mostMoves()).to.equal(3);
    expect(world.events('policyChanged')).to.deep.equal([{ maxConcurrentMoves: 3 }]);
    expect(world.events('planFinished').map(({ outcome }) => outcome)).to.deep.equal(Array(3).fill('completed'));
    expect(trips(world)['maxConcurrentMoves']).to.be.within(1, 3);
  });

  it('give every plan its turn', () => {
    const world = new World({ policy: { maxConcurrentMoves: 1 } });
    for (const node of ['node-0000', 'node-0003', 'node-0006']) world.controller.propose(toDrain([node]));
    world.run(25);
    const sources = world.events('moveStarted').map(({ source }) => source);
    expect(sources.slice(0, 6)).to.deep.equal([
      'node-0000',
      'node-0003',
      'node-0006',
      'node-0000',
      'node-0003',
      'node-0006',
    ]);
  });

  it('let more shards move only when somebody forces it', () => {
    const world = new World({ policy: { maxConcurrentMoves: 2 } });
    world.cluster.faults.forceMoves(3);
    world.controller.propose(toDrain(['node-0000', 'node-0003']));
    world.run(60);
    expect(world.mostMoves()).to.equal(5);
    expect(world.events('policyChanged')).to.deep.equal([{ maxConcurrentMoves: 2 }]);
  });

  it('hold a plan while there is an incident, and say so once a minute', () => {
    const world = new World();
    world.cluster.faults.incident('INC-1');
    const { id } = world.controller.propose(toDrain(['node-0002']));
    world.run(10);
    expect(world.events('drainStarted')).to.deep.equal([]);
    expect(trips(world)['incident']).to.be.within(9, 11);
    expect(world.events('guardrailTripped')[0]).to.deep.equal({ guardrail: 'incident', reason: 'INC-1', planId: id });
    expect(world.events('guardrailCleared')).to.deep.equal([]);
    world.cluster.faults.incident(undefined);
    world.run(20);
    expect(world.events('guardrailCleared')).to.deep.equal([{ guardrail: 'incident', planId: id }]);
    expect(world.events('planFinished')[0]).to.include({ outcome: 'completed' });
  });

  it('let running moves end in an incident, and begin no other', () => {
    const world = new World({ policy: { maxConcurrentMoves: 2 } });
    world.controller.propose(toDrain(['node-0002']));
    world.run(1);
    world.cluster.faults.incident('INC-2');
    world.run(30);
    expect(world.events('moveStarted')).to.have.length(2);
    expect(world.events('moveFinished')).to.have.length(2);
  });

  it("keep the controller's own plans apart by a cooldown, but not those of operators", () => {
    const world = new World({ policy: { approvalMode: 'auto', cooldown: 600_000 } });
    world.controller.propose(toDrain(['node-0002']));
    world.run(10);
    world.cluster.faults.slowNode('node-0005', 60);
    world.run(30);
    const ends = world.emitted.filter(({ event }) => event === 'planFinished').map(({ at }) => at);
    const starts = world.emitted.filter(({ event }) => event === 'drainStarted').map(({ at }) => at);
    expect(starts[1]).to.be.at.least((ends[0] as number) + 600);
    expect(trips(world)['cooldown']).to.be.greaterThan(0);
    expect(world.events('guardrailCleared').map(({ guardrail }) => guardrail)).to.deep.equal(['cooldown']);
    world.controller.propose(toDrain(['node-0000']));
    world.run(1);
    expect(world.controller.plans()[0]?.state).to.be.oneOf(['draining', 'rebalancing']);
  });

  it('move no shard that would be without a healthy replica', () => {
    const world = new World();
    // The replicas of the shards of node-0002 are on the two nodes after it.
    for (const node of ['node-0003', 'node-0004']) world.cluster.faults.killNode(node);
    world.controller.propose(toDrain(['node-0002']));
    world.run(10);
    expect(world.events('moveStarted')).to.deep.equal([]);
    expect(trips(world)['minHealthyReplicas']).to.be.greaterThan(5);
    world.cluster.faults.reviveNode('node-0003');
    expect(world.events('guardrailCleared')).to.deep.equal([]);
    world.run(30);
    expect(world.events('guardrailCleared').map(({ guardrail }) => guardrail)).to.deep.equal(['minHealthyReplicas']);
    expect(world.cluster.mesh.ownership()['node-0002']).to.equal(0);
  });
});
