import { expect } from 'chai';
import { Ownership } from '../../../lib/ledger/ownership.js';

function setUp() {
  const problems: string[] = [];
  const ownership = new Ownership(2, ({ reason, field, says }) => problems.push(`${reason} ${field}: ${says()}`));
  const set = (nodes: Record<string, number>, complete = true) =>
    ownership.set(new Map(Object.entries(nodes)), complete);
  const known = () => [Object.fromEntries(ownership.nodes), ownership.otherNodesShards];
  const emptied = () => [...ownership.emptiedSince()];
  return { ownership, set, known, emptied, problems };
}

describe('Ownership', () => {
  it('sums up the nodes past the limit in a whole report, and leaves them out of one of some nodes', () => {
    const { ownership, set, known, problems } = setUp();
    set({ a: 1, b: 2, c: 3, d: 4 });
    expect(known()).to.deep.equal([{ a: 1, b: 2 }, 7]);
    set({ b: 5, c: 6 }, false);
    expect(known()).to.deep.equal([{ a: 1, b: 5 }, 7]);
    expect(problems).to.deep.equal([
      'limit nodes: 4 nodes came, and maxNodes is 2; the rest is summed up as node _OTHER',
      'limit nodes: 2 nodes came, and maxNodes is 2; the rest was left out',
    ]);
    const restored = setUp();
    restored.ownership.load({ ...ownership.save(), nodes: [...ownership.save().nodes, ['e', 9]] });
    expect(restored.known(), 'with a lower limit than before').to.deep.equal([{ a: 1, b: 5 }, 16]);
    restored.ownership.load(ownership.save());
    expect(restored.known()).to.deep.equal([{ a: 1, b: 5 }, 7]);
    set({ a: 1, b: 0 });
    expect([...known(), problems.length]).to.deep.equal([{ a: 1, b: 0 }, undefined, 2]);
  });

  it('knows at most so many nodes that a plan has emptied, each since the last time', () => {
    const { ownership, emptied } = setUp();
    for (const [node, at] of [
      ['a', 1],
      ['b', 2],
      ['c', 3],
      ['a', 4],
    ] as const)
      ownership.empty(node, at);
    expect(emptied()).to.deep.equal([
      ['a', 4],
      ['b', 2],
    ]);
    const restored = setUp();
    const { nodes, other, emptied: saved } = ownership.save();
    restored.ownership.load({ nodes, other, emptied: [...saved, ['c', { at: 5, seen: true }]] });
    expect(restored.emptied()).to.deep.equal(emptied());
    ownership.fill('a');
    expect(emptied()).to.deep.equal([['b', 2]]);
  });

  it('has a node filled by a report only where it was seen empty, or the whole report leaves it out', () => {
    const { ownership, set, emptied } = setUp();
    ownership.empty('a', 1);
    set({ a: 3 }, false);
    expect(emptied(), 'owns something').to.deep.equal([]);
    set({ b: 1 }, false);
    set({ a: 0 }, false);
    expect(emptied(), 'the report was older than its end').to.deep.equal([['a', 1]]);
    set({ a: 3 }, false);
    set({ a: 0 }, false);
    expect(emptied(), 'it was filled in between').to.deep.equal([]);
    ownership.empty('a', 5);
    set({ a: 3 }, false);
    set({ a: 0 }, false);
    expect(emptied(), 'known to be empty when it was').to.deep.equal([]);
    ownership.empty('b', 6);
    set({ a: 0 });
    set({ b: 0 });
    expect(emptied(), 'left out of a whole report').to.deep.equal([]);
  });
});
