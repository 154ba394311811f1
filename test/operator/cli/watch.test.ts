import { expect } from 'chai';
import { until } from '../../support/until.js';
import { startTestApi, type TestApi } from '../api/control-api.js';
import { type ExampleProcess, startCli } from './example-process.js';

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe('mesh shards rebalance watch, not on a terminal', () => {
  let api: TestApi;
  let cli: ExampleProcess;
  beforeEach(async () => {
    api = await startTestApi();
  });
  afterEach(() => api.close());

  /** Starts to watch, and waits until it follows what happens. */
  async function watch(...args: string[]): Promise<void> {
    cli = startCli(api, ['watch', ...args]);
    await until(() => cli.stdout !== '');
  }

  it('prints one line an event of its plan, and ends with it', async () => {
    const id = api.waitingPlan();
    await watch(id);
    const other = api.waitingPlan();
    api.payments.approve(id, 'ada');
    api.payments.move(id, 'shard-1');
    api.payments.end(id, 'completed');
    const { code, stdout, stderr } = await cli.end();
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(stdout).to.not.include(other);
    const lines = stdout.trim().split('\n');
    expect(lines[0]).to.match(/^payments\/eu-1 eu-1-plan-1 rebalancePending 0\/4 0% waits for approval, /);
    expect(lines.slice(1).map((line) => line.replace(/^\d\d:\d\d:\d\d /, ''))).to.deep.equal([
      'payments/eu-1 eu-1-plan-1 approvalDecided decision=approved actor=ada',
      'payments/eu-1 eu-1-plan-1 moveStarted shard=shard-1 source=node-a target=node-z',
      'payments/eu-1 eu-1-plan-1 moveFinished shard=shard-1 outcome=completed',
      'payments/eu-1 eu-1-plan-1 planFinished outcome=completed',
    ]);
  });

  it('prints JSON lines of all plans, new ones too, and ends with the last', async () => {
    const first = api.waitingPlan();
    await watch('--json');
    const second = api.waitingPlan();
    api.payments.report('heartbeat', undefined);
    api.payments.end(first, 'completed');
    api.payments.end(second, 'failed', 'timeout');
    const { code, stdout } = await cli.end();
    expect(code).to.equal(0);
    const [plan, ...events] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(plan.plan.id).to.equal(first);
    expect(events.map(({ event, planId }) => `${event} ${planId}`)).to.deep.equal([
      `planCreated ${second}`,
      `approvalRequested ${second}`,
      `planFinished ${first}`,
      `planFinished ${second}`,
    ]);
    expect(plan.plan.createdAt).to.match(RFC_3339);
    expect(events.at(-1).time).to.match(RFC_3339);
    expect(events.at(-1)).to.include({ namespace: 'payments', outcome: 'failed', errorType: 'timeout' });
  });

  it('ends at once where nothing is live', async () => {
    const id = api.waitingPlan();
    api.payments.end(id, 'failed', 'timeout');
    await watch();
    expect(await cli.end()).to.deep.equal({ code: 0, stdout: 'No plan is live.\n', stderr: '' });
    await watch(id);
    expect(await cli.end()).to.include({ code: 0, stdout: 'payments/eu-1 eu-1-plan-1 failed (timeout) 0/4 0%\n' });
  });

  it('ends with 0 on Ctrl-C, and with 3 where there has been no control API', async () => {
    api.waitingPlan();
    await watch();
    cli.interrupt();
    expect(await cli.end()).to.include({ code: 0, stderr: '' });
    await api.close();
    const { code, stderr } = await startCli(api, ['watch']).end();
    expect({ code, stderr }).to.deep.include({ code: 3 });
    expect(stderr).to.include('MESH_CONTROL_URL');
    api = await startTestApi();
  });

  describe('when the control API goes away', () => {
    const port = () => Number(new URL(api.url).port);
    const gone = () => until(() => cli.stderr.includes(`${api.url} is gone`));

    it('takes up again when it is back, with what has ended meanwhile', async () => {
      const [first, second] = [api.waitingPlan(), api.waitingPlan()];
      await watch('--exit-status');
      await api.close();
      await gone();
      api.payments.end(first, 'completed');
      const { payments } = api;
      api = await startTestApi({ port: port(), controllers: [payments] });
      await until(() => cli.stdout.includes(`${first} completed`));
      expect(cli.stderr).to.include('is back');
      payments.end(second, 'completed');
      expect(await cli.end()).to.include({ code: 0 });
    });

    it('says which plan is not known any more when it is back', async () => {
      const id = api.waitingPlan();
      await watch('--exit-status', '--json');
      await api.close();
      await gone();
      api = await startTestApi({ port: port() });
      const { code, stderr } = await cli.end();
      expect(code).to.equal(1);
      const lines = stderr
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(lines[2]).to.deep.equal({ notice: `${id} is not known any more; how it ended is not known.` });
      expect(lines[3].error).to.include({ reason: 'refused', exitCode: 1 });
    });

    it('ends on Ctrl-C while it waits', async () => {
      api.waitingPlan();
      await watch('--exit-status');
      await api.close();
      await gone();
      cli.interrupt();
      expect(await cli.end()).to.include({ code: 130 });
      api = await startTestApi();
    });
  });

  it('ends with --exit-status by how the plans ended', async () => {
    const endings: [(id: string) => unknown, number, string][] = [
      [(id) => api.payments.end(id, 'completed'), 0, ''],
      [(id) => api.payments.end(id, 'failed', 'timeout'), 4, 'failed'],
      [(id) => api.payments.reject(id, 'ada'), 5, 'without being carried out'],
      [(id) => api.payments.cancel(id, 'ada'), 5, 'without being carried out'],
    ];
    for (const [end, expected, said] of endings) {
      const id = api.waitingPlan();
      await watch(id, '--exit-status');
      end(id);
      const { code, stderr } = await cli.end();
      expect({ id, code }, stderr).to.deep.equal({ id, code: expected });
      if (said !== '') expect(stderr).to.match(new RegExp(`^error: ${id} .*${said}.*\\n$`));
      expect((await startCli(api, ['watch', id, '--exit-status']).end()).code).to.equal(expected);
    }
  });
});
