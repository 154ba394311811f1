import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import type { PlanView } from '../../../examples/operator/controllable.js';
import { freePort } from '../../support/process.js';
import { startTestApi, type TestApi } from '../api/control-api.js';
import { type Ended, runCli, startMesh } from './example-process.js';

const NEW_PLAN = ['plan', '--namespace', 'payments', '--cluster', 'eu-1', '--drain', 'node-a', 'node-b'];

describe('mesh shards rebalance', () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await startTestApi();
  });
  afterEach(() => api.close());

  const mesh = (...args: string[]) => runCli(api, args);
  /** Output of a command that succeeds. */
  const printed = async (...args: string[]) => {
    const { code, stdout, stderr } = await mesh(...args);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    return stdout;
  };
  const json = async <T>(...args: string[]) => JSON.parse(await printed(...args, '--json')) as T;

  describe('list', () => {
    it('prints an aligned table, newest first', async () => {
      expect(await printed('list')).to.equal('There are no plans.\n');
      api.waitingPlan();
      const moving = api.waitingPlan();
      api.payments.approve(moving, 'ada');
      api.payments.move(moving, 'shard-1');
      const failed = api.waitingPlan();
      api.payments.end(failed, 'failed', 'timeout');
      const now = Date.now();
      api.payments.show(failed, { createdAt: now - 4_950_000, endedAt: now - 4_640_000, changeTicket: 'CHG-7' });
      const lines = (await printed('list'))
        .replaceAll(/9m [0-5]\ds left |10m 0\ds left/g, '10m 00s left')
        .replaceAll(/\b[0-9]s/g, '0s')
        .split('\n');
      expect(lines).to.deep.equal([
        'PLAN         CLUSTER        STATE             AGE     PROGRESS  NODE    REQUESTED BY  TICKET  WAITING FOR                       SINCE   ENDED',
        'eu-1-plan-2  payments/eu-1  rebalancing       0s      1/4 25%   node-a  test                  the next round of its controller',
        'eu-1-plan-1  payments/eu-1  rebalancePending  0s      0/4 0%    node-a  test                  approval, 10m 00s left            0s ago',
        'eu-1-plan-3  payments/eu-1  failed (timeout)  1h 22m  0/4 0%    node-a  test          CHG-7                                             1h 17m ago, took 5m 10s',
        '',
      ]);
    });

    it('keeps to the width that COLUMNS names for what is no terminal', async () => {
      const id = api.waitingPlan();
      const { stdout } = await runCli(api, ['list'], { COLUMNS: '80' });
      expect(stdout).to.match(new RegExp(`^${id} .*\n    node node-a; requested by test; waiting for`, 'm'));
    });

    it('filters, and prints JSON', async () => {
      const id = api.waitingPlan();
      const list = await json<{ plans: PlanView[] }>('list', '-n', 'payments', '--state', 'rebalancePending');
      expect(list.plans.map((plan) => plan.id)).to.deep.equal([id]);
      expect(await printed('list', '--cluster', 'us-1')).to.equal('There are no plans.\n');
      expect(await printed('list', '--state', 'cancelled')).to.equal('There are no plans.\n');
      api.payments.cancel(id, 'ada');
      expect(await printed('list', '--state', 'cancelled')).to.include(`${id}  payments/eu-1  steady (cancelled)`);
    });
  });

  it('shows ages by the clock of the control API, whatever the time is here', async () => {
    const twoHours = 7_230_000;
    const ahead = await startTestApi({ clock: () => Date.now() + twoHours });
    try {
      const id = ahead.waitingPlan();
      expect((await runCli(ahead, ['list'])).stdout).to.match(/ {2}2h 00m {2}/);
      expect((await runCli(ahead, ['show', id])).stdout).to.match(/^age +2h 00m$/m);
      expect((await runCli(ahead, [...NEW_PLAN])).stdout).to.match(/^age +2h 00m$/m);
    } finally {
      await ahead.close();
    }
  });

  it('show prints a plan with its drains, and JSON', async () => {
    const id = api.waitingPlan();
    const text = await printed('show', id);
    expect(text).to.match(/^plan +eu-1-plan-1\ncluster +payments\/eu-1\nstate +rebalancePending/);
    expect(text).to.include('DRAINS\n  node-a  0/4  to come');
    expect(text).to.include('MOVES\n  shard-0  node-a -> node-z  to come');
    const plan = JSON.parse(await printed('show', id, '-o', 'json'));
    expect(plan).to.include({ id, requestedBy: 'test' });
    for (const time of [plan.createdAt, plan.stateSince, plan.approval.expiresAt]) {
      expect(time).to.equal(new Date(time).toISOString());
    }
  });

  describe('plan', () => {
    it('makes a plan in the name of the user, and says what it waits for', async () => {
      const text = await printed(...NEW_PLAN, '--ticket', 'CHG-7');
      expect(text).to.include('"mesh shards rebalance approve -- eu-1-plan-1"');
      expect(api.payments.plans()[0]).to.include({ requestedBy: 'ada', changeTicket: 'CHG-7', approvalMode: 'manual' });
      expect(api.payments.plans()[0]?.drains.map(({ node }) => node)).to.deep.equal(['node-a', 'node-b']);
    });

    it('makes one that needs no person', async () => {
      expect(await json<PlanView>(...NEW_PLAN, '--approval', 'auto')).to.include({ approvalMode: 'auto' });
    });

    it('asks for a plan again, with its nodes, ticket and approval', async () => {
      const asked = await json<PlanView>(...NEW_PLAN, '--ticket', 'CHG-7', '--approval', 'auto');
      api.payments.show(asked.id, { id: '--url=http://evil' });
      const again = await json<PlanView>('plan', '--again', '--url=http://evil');
      expect(again).to.include({ changeTicket: 'CHG-7', approvalMode: 'auto', cluster: 'eu-1', requestedBy: 'ada' });
      expect(again.drains.map(({ node }) => node)).to.deep.equal(['node-a', 'node-b']);
      const other = ['--approval', 'manual', '--ticket', 'CHG-8'];
      expect(await json<PlanView>('plan', '--again', again.id, ...other)).to.include({
        changeTicket: 'CHG-8',
        approvalMode: 'manual',
      });
      expect((await mesh('plan', '--again', again.id, '--drain', 'node-c')).code).to.equal(2);
      expect((await mesh('plan', '--again', '..')).code).to.equal(2);
      expect((await mesh('plan', '--again', 'nope')).stderr).to.include('There is no plan "nope"');
    });

    it('only shows what a dry run would do', async () => {
      const text = await printed(...NEW_PLAN, '--dry-run');
      expect(text).to.include('dry run: nothing is carried out').and.to.not.include('approve');
      expect(await printed('list')).to.match(/eu-1-plan-1 +payments\/eu-1 +dry run +\d+s +0\/8 0% +node-a \+1 +ada\n$/);
      expect(await printed('watch')).to.equal('No plan is live.\n');
    });
  });

  it('approve, reject and cancel do so once', async () => {
    const [approved, rejected, cancelled] = [api.waitingPlan(), api.waitingPlan(), api.waitingPlan()];
    const reasons: unknown[] = [];
    api.payments.on('approvalDecided', ({ reason }) => reasons.push(reason));
    expect(await printed('approve', approved, '--reason', 'disk is in')).to.equal(
      `Approved ${approved} as ada: 4 shards of payments/eu-1 to move off node-a.\n` +
        'It is rebalancing and waits for the next round of its controller.\n',
    );
    const when = /\(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC, \d+s ago\)/.source;
    expect(await printed('show', approved)).to.match(
      new RegExp(`^approval +approved by ada ${when}: disk is in$`, 'm'),
    );
    expect(await printed('reject', rejected, '--reason', 'freeze')).to.equal(
      `Rejected ${rejected} as ada: none of its 4 shards moves.\n`,
    );
    expect(reasons).to.deep.equal(['disk is in', 'freeze']);
    expect(await printed('show', rejected)).to.match(new RegExp(`^approval +rejected by ada ${when}: freeze$`, 'm'));
    expect(await printed('show', rejected)).to.match(/^state +steady \(rejected\)\n/m);
    api.payments.move(cancelled, 'shard-1');
    const { outcome, cancellation } = await json<PlanView>('cancel', cancelled, '--reason', 'wrong node');
    expect({ outcome, ...cancellation }).to.include({ outcome: 'cancelled', actor: 'ada', reason: 'wrong node' });
    expect(await printed('show', cancelled)).to.match(new RegExp(`^cancelled +by ada ${when}: wrong node$`, 'm'));
    expect(await printed('show', cancelled)).to.match(/^ended +\d+s ago, took \d+s$/m);
    const moved = api.waitingPlan();
    api.payments.move(moved, 'shard-1');
    expect(await printed('cancel', moved)).to.equal(
      `Cancelled ${moved} as ada: 1 of its 4 shards has moved and stays.\n`,
    );
    const again = await mesh('approve', approved);
    expect(again).to.deep.include({ code: 1, stdout: '' });
    expect(again.stderr).to.match(/^error: Plan "eu-1-plan-1" does not wait/);
  });

  it('pause and resume hold the controller of a cluster, once', async () => {
    const where = ['-n', 'payments', '--cluster', 'eu-1'];
    expect(await printed('pause', ...where)).to.match(/^Paused the controller of payments\/eu-1: .*\n$/);
    expect(api.payments.paused).to.equal(true);
    expect(await mesh('pause', ...where)).to.include({
      code: 1,
      stderr: 'error: The controller of payments/eu-1 is paused already.\n',
    });
    expect(await json('resume', ...where)).to.deep.equal({ namespace: 'payments', cluster: 'eu-1', paused: false });
    expect(api.payments.paused).to.equal(false);
    expect((await mesh('resume', '-n', 'payments', '--cluster', 'eu-9')).stderr).to.include('There are payments/eu-1');
  });

  it('prints its version', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8'));
    expect(await startMesh(['--version']).end()).to.include({ code: 0, stdout: `${version}\n` });
  });

  it('list -o wide shows who decided, who asked, and the nodes', async () => {
    const id = api.waitingPlan();
    api.payments.approve(id, 'ada');
    const [head, row] = (await printed('list', '-o', 'wide')).split('\n');
    expect(head).to.match(/ REQUESTED BY +WAITING FOR +TRIGGER +APPROVAL +NODES$/);
    expect(row).to.match(/ node-a +test .* operator +approved by ada +node-a$/);
    expect((await mesh('list', '-o', 'wide', '--json')).code).to.equal(2);
  });

  describe('help', () => {
    for (const level of [[], ['shards'], ['shards', 'rebalance'], ['shards', 'rebalance', 'plan']]) {
      it(`is there for mesh ${level.join(' ')}`, async () => {
        const { code, stdout, stderr } = await startMesh([...level, '--help']).end();
        expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
        expect(stdout).to.match(new RegExp(`^Usage: ${['mesh', ...level].join(' ')} `));
      });
    }
  });

  describe('errors', () => {
    const expectFailure = ({ code, stdout, stderr }: Ended, expected: number, ...hints: readonly string[]) => {
      expect({ code, stdout }, stderr).to.deep.equal({ code: expected, stdout: '' });
      for (const hint of hints) expect(stderr).to.include(hint);
      expect(stderr).to.not.include('    at ');
    };

    it('of usage end with 2 and say what is possible', async () => {
      expectFailure(await mesh(), 2, 'Usage: mesh shards rebalance');
      expectFailure(await mesh('aprove', 'x'), 2, 'Did you mean approve?');
      expectFailure(await mesh('list', '--state', 'rebalancePendin'), 2, 'Did you mean rebalancePending?');
      expectFailure(await mesh('show'), 2, "Missing required argument 'plan'");
      expectFailure(await mesh('plan', '--cluster', 'eu-1'), 2, '--namespace');
      expectFailure(await mesh('list', '--state', 'moving'), 2, 'rebalancePending');
      expectFailure(await mesh('list', '--colour'), 2, '--colour');
      expectFailure(await mesh('list', '--url', 'ftp://host'), 2, 'http://127.0.0.1:7070');
    });

    it('are one line, whatever is wrong', async () => {
      for (const args of [['aprove'], ['show'], ['show', 'a', 'b'], ['list', '--stat', 'x'], ['list', '-o', 'yaml']]) {
        expect((await mesh(...args)).stderr).to.match(/^error: [^\n]+ --help lists what there is\.\n$/);
      }
    });

    it('are JSON where JSON is asked for, on standard error', async () => {
      for (const [args, error] of [
        [['show', 'nope', '--json'], { reason: 'refused', exitCode: 1 }],
        [['show', 'nope', '-o', 'json'], { reason: 'refused', exitCode: 1 }],
        [['list', '--stat', 'x', '--output=json'], { reason: 'usage', exitCode: 2 }],
        [['list', '-ojson', '--url', 'http://127.0.0.1:1'], { reason: 'unreachable', exitCode: 3 }],
      ] as const) {
        const { code, stdout, stderr } = await mesh(...args);
        expect({ code, stdout }).to.deep.equal({ code: error.exitCode, stdout: '' });
        expect(JSON.parse(stderr).error).to.include(error).and.to.have.property('message').that.is.a('string');
      }
    });

    it('of an unknown plan, node or cluster end with 1 and say what there is', async () => {
      for (const verb of ['show', 'approve', 'reject', 'cancel', 'watch']) {
        expectFailure(await mesh(verb, 'nope'), 1, 'There is no plan "nope". "mesh shards rebalance list" shows all.');
      }
      expectFailure(await mesh(...NEW_PLAN, 'host-1'), 1, '"host-1"');
      expectFailure(await mesh('plan', '--namespace', 'payments', '--cluster', 'eu-9'), 1, 'payments/eu-1');
      const there = 'There are payments/eu-1, search/us-1.';
      expectFailure(await mesh('list', '--cluster', 'eu-9'), 1, `There is no cluster "eu-9". ${there}`);
      expectFailure(await mesh('list', '-n', 'pay'), 1, `There is no namespace "pay". ${there}`);
      expectFailure(await mesh('list', '-n', 'search', '--cluster', 'eu-1'), 1, 'no cluster "search/eu-1"');
    });

    it('of the token end with 1 and say how to give it', async () => {
      const id = api.waitingPlan();
      const wrong = await runCli(api, ['approve', id], { MESH_CONTROL_TOKEN: 'wrong' });
      expectFailure(wrong, 1, 'not the right one', 'MESH_CONTROL_TOKEN');
      const none = await startMesh(['shards', 'rebalance', 'approve', id, '--url', api.url]).end();
      expectFailure(none, 1, 'needs the token', '--token');
    });

    it('of the way to the control API end with 3 and say what to start', async () => {
      const nobody = `http://127.0.0.1:${await freePort()}`;
      expectFailure(await mesh('list', '--url', nobody), 3, nobody, 'ECONNREFUSED', 'MESH_CONTROL_URL');
      expectFailure(await mesh('watch', '--url', nobody), 3, 'MESH_CONTROL_URL');
      const other = createServer((_request, response) => response.writeHead(404).end('not here')).listen(
        0,
        '127.0.0.1',
      );
      await once(other, 'listening');
      const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
      expectFailure(await mesh('list', '--url', url), 3, 'is no control API');
      other.close();
    });
  });
});
