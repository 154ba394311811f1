import { expect } from 'chai';
import { movesToBalance } from '../../examples/redis-cluster/balance.js';
import { type ClusterNode, parseClusterNodes } from '../../examples/redis-cluster/cluster-nodes.js';
import { slotsIn } from '../../examples/redis-cluster/slots.js';

function master(id: string, ...ranges: [first: number, last: number][]): ClusterNode {
  const slots = ranges.flatMap(([first, last]) => slotsIn({ first, last }));
  const none = new Map<number, string>();
  const rest = { host: '127.0.0.1', port: 1, isMaster: true, isLost: false, configEpoch: 1 };
  return { id, slots, migrating: none, importing: none, ...rest };
}

function moves(masters: ClusterNode[], leaving: string[] = [], slotsPerMove = 16_384): string[] {
  return movesToBalance(masters, new Set(leaving), slotsPerMove).map(
    ({ shard, source, target }) => `${shard} ${source}>${target}`,
  );
}

describe('the plan for a Redis Cluster', () => {
  it('fills an empty master from all others in turn', () => {
    expect(moves([master('a', [0, 9]), master('b', [10, 19]), master('c')], [], 2)).to.deep.equal([
      'slots-0-1 a>c',
      'slots-10-11 b>c',
      'slots-2-2 a>c',
      'slots-12-12 b>c',
    ]);
  });

  it('empties a leaving master', () => {
    expect(moves([master('a', [0, 9]), master('b', [10, 14]), master('c', [15, 19])], ['a'])).to.deep.equal([
      'slots-0-4 a>b',
      'slots-5-9 a>c',
    ]);
  });

  it('moves as few slots as it can', () => {
    expect(moves([master('a', [0, 5]), master('b', [6, 10])])).to.deep.equal([]);
    expect(moves([master('a', [0, 1], [5, 8]), master('b', [2, 4])])).to.deep.equal(['slots-0-0 a>b']);
  });

  it('has one move for each run of neighbouring slots', () => {
    expect(moves([master('a', [0, 0], [2, 2], [4, 9]), master('b')])).to.deep.equal([
      'slots-0-0 a>b',
      'slots-2-2 a>b',
      'slots-4-5 a>b',
    ]);
  });

  it('refuses to leave no master', () => {
    expect(() => moves([master('a', [0, 9])], ['a'])).to.throw(RangeError);
  });
});

describe('parseClusterNodes', () => {
  it('reads slots, open slots, roles and health', () => {
    const { nodes, myself } = parseClusterNodes(
      [
        'aa 127.0.0.1:7000@17000 myself,master - 0 0 7 connected 0-2 9 [3->-bb] [4-<-cc]',
        'bb 127.0.0.1:7001@17001,redis-1 master,fail - 0 0 3 disconnected',
        'cc ::1:7002@17002 slave aa 0 0 7 connected',
        '',
      ].join('\n'),
    );
    expect(myself).to.deep.equal({
      id: 'aa',
      host: '127.0.0.1',
      port: 7_000,
      isMaster: true,
      isLost: false,
      configEpoch: 7,
      slots: [0, 1, 2, 9],
      migrating: new Map([[3, 'bb']]),
      importing: new Map([[4, 'cc']]),
    });
    expect(nodes.map(({ host, isMaster, isLost }) => ({ host, isMaster, isLost })).slice(1)).to.deep.equal([
      { host: '127.0.0.1', isMaster: true, isLost: true },
      { host: '::1', isMaster: false, isLost: false },
    ]);
  });

  it('refuses anything else', () => {
    expect(() => parseClusterNodes('ERR')).to.throw(TypeError);
  });
});
