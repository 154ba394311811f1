import { expect } from 'chai';
import { Cleanup } from '../support/cleanup.js';
import { run } from '../support/process.js';
import { Rig } from './rig.js';

const MAIN = new URL('../../examples/redis-cluster/main.js', import.meta.url).pathname;

describe('the program of the Redis Cluster example', () => {
  const cleanup = Cleanup.forSuite();
  let rig: Rig;
  let folder: string;

  before(async () => {
    folder = await cleanup.folder('redis-main');
    rig = await cleanup.use(Rig.start({ keys: 20_000 }));
  });

  const start = () => run('env', ['OTEL_EXPORTER_PROMETHEUS_PORT=0', process.execPath, MAIN, ...rig.addresses], folder);

  it('evens out the cluster that it is given, and ends', async () => {
    await rig.cluster.addMaster({ replica: false });
    const printed = await start();
    expect(printed)
      .to.match(/plan node_added-\w+: \d+ ranges of slots leave/)
      .and.include('plan completed');
    expect(printed).to.match(/slots by node: 4096, 4096, 4096, 4096\n$/);
    expect(await rig.faults()).to.deep.equal([]);
  });

  it('ends at once where there is nothing to do', async () => {
    expect(await start()).to.match(/^(?:not yet: .*\n)*slots by node: 4096, 4096, 4096, 4096\n$/);
  });
});
