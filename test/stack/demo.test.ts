import { expect } from 'chai';
import type { PlanList } from '../../examples/operator/api/wire.js';
import { ExampleProcess, startMesh } from '../operator/cli/example-process.js';
import { parseExposition, select } from '../support/exposition.js';
import { OtlpReceiver } from '../support/otlp-receiver.js';
import { freePort } from '../support/process.js';
import { until } from '../support/until.js';
import { DemoProcess } from './demo-process.js';

const WITHOUT_ERRORS = { code: 0, stderr: '' };

describe('the demo', () => {
  let demo: DemoProcess;

  async function start(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<void> {
    demo = await DemoProcess.start(args, environment);
  }
  const mesh = (...args: string[]) => startMesh(['shards', 'rebalance', ...args], demo.env).end();
  afterEach(() => demo.interrupt());

  it('has live plans in its metrics and for the command line, and ends cleanly on Ctrl-C', async () => {
    await start([]);
    await demo.printed('planCreated');
    for (const place of [demo.metricsUrl, demo.env.MESH_CONTROL_URL, demo.env.MESH_CONTROL_TOKEN]) {
      expect(demo.stdout).to.include(place);
    }
    const waiting = await until(async () => {
      const { stdout } = await mesh('list', '--cluster', 'eu-2', '--json');
      return (JSON.parse(stdout) as PlanList).plans.find(({ approval }) => approval !== undefined);
    });
    expect(await mesh('approve', waiting.id)).to.include(WITHOUT_ERRORS);
    await until(async () => {
      const samples = parseExposition(await (await fetch(demo.metricsUrl)).text());
      const labels = { namespace: 'catalog', plan_id: waiting.id };
      expect(select(samples, 'mesh_rebalance_drain_shards', labels)).to.have.length(1);
      const [moving] = select(samples, 'mesh_rebalance_shards_moving', labels);
      return expect(moving?.value).to.be.greaterThan(0);
    });
    demo.interrupt();
    expect(await demo.end()).to.include(WITHOUT_ERRORS);
    expect((await mesh('list')).code).to.equal(3);
  });

  it('ends by itself after the time it is given, with its traces sent', async () => {
    const receiver = await OtlpReceiver.start();
    try {
      await start(['--for', '3s', '--otlp', receiver.url]);
      expect(await demo.end()).to.include(WITHOUT_ERRORS);
      expect(receiver.spans.map(({ name }) => name)).to.include('rebalance.plan.created');
      expect(receiver.logRecords.map(({ eventName }) => eventName)).to.include('mesh.rebalance.approval_requested');
    } finally {
      await receiver.stop();
    }
  });

  it('says what is wrong with what it was asked', async () => {
    for (const [args, said] of [
      [['--for', 'ever'], '60s'],
      [['--otlp', 'collector:4318'], "'collector:4318' is invalid. Give an address such as http://127.0.0.1:4318."],
      [['--control-port', '0'], 'from 1 to 65535'],
      [['--wiht', 'prometheus'], 'Did you mean --with?'],
    ] as const) {
      await start(args);
      const { code, stderr } = await demo.end();
      expect(code).to.equal(2);
      expect(stderr)
        .to.match(/^error: [^\n]+\n$/)
        .and.to.include(said);
    }
  });

  it('says which port is taken, and ends', async () => {
    await start(['--for', '30s']);
    await demo.printed('In another terminal');
    const port = new URL(demo.env.MESH_CONTROL_URL).port;
    const first = demo;
    const others = ['--metrics-port', String(await freePort()), '--control-port', port];
    const second = await new ExampleProcess('stack/demo.js', others).end();
    expect(second.code).to.equal(1);
    expect(second.stderr).to.include(`port ${port} is taken`).and.include('--control-port');
    const third = await new ExampleProcess('stack/demo.js', ['--metrics-port', new URL(demo.metricsUrl).port]).end();
    expect(third.code).to.equal(1);
    expect(third.stderr).to.include('--metrics-port');
    first.interrupt();
    expect(await first.end()).to.include(WITHOUT_ERRORS);
  });
});
