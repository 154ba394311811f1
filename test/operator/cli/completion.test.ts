import { expect } from 'chai';
import { startTestApi, type TestApi } from '../api/control-api.js';
import { startMesh } from './example-process.js';

describe('the completion of mesh', () => {
  let api: TestApi;
  before(async () => {
    api = await startTestApi();
  });
  after(() => api.close());

  /** The words that may stand in place of the last. */
  async function offered(...words: string[]): Promise<string[]> {
    const ended = await startMesh(['__complete', '--', ...words], { MESH_CONTROL_URL: api.url }).end();
    expect(ended).to.include({ code: 0, stderr: '' });
    return ended.stdout.split('\n').flatMap((line) => line.split('\t')[0] || []);
  }

  it('offers commands, options and choices', async () => {
    expect(await offered('')).to.deep.equal(['shards', 'completion']);
    expect(await offered('shards', 'rebalance', 'p')).to.deep.equal(['plan', 'pause']);
    expect(await offered('shards', 'rebalance', 'list', '--s')).to.deep.equal(['--state']);
    expect(await offered('shards', 'rebalance', 'list', '--state', 'rebalanceP')).to.deep.equal(['rebalancePending']);
    expect(await offered('completion', '')).to.deep.equal(['bash', 'zsh']);
  });

  it('offers the plans to which a command can be applied, and the clusters that there are', async () => {
    const [waiting, ended] = [api.waitingPlan(), api.waitingPlan()];
    api.payments.end(ended, 'completed');
    expect(await offered('shards', 'rebalance', 'approve', '')).to.deep.equal([waiting]);
    expect(await offered('shards', 'rebalance', 'show', 'eu')).to.have.members([waiting, ended]);
    expect(await offered('shards', 'rebalance', 'plan', '--again', 'eu')).to.have.members([waiting, ended]);
    expect(await offered('shards', 'rebalance', 'pause', '-n', '')).to.deep.equal(['payments', 'search']);
    expect(await offered('shards', 'rebalance', 'pause', '-n', 'search', '--cluster', '')).to.deep.equal(['us-1']);
  });

  it('offers nothing that a shell would carry out, and nothing where there is no control API', async () => {
    const [plan] = api.payments.plans();
    Object.assign(plan as object, { id: '$(reboot)', approval: { requestedAt: 0, expiresAt: 0 } });
    expect(await offered('shards', 'rebalance', 'show', '')).to.not.include('$(reboot)');
    expect(await offered('shards', 'rebalance', 'show', '--url', 'http://127.0.0.1:1', '')).to.deep.equal([]);
  });
});
