import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { Rig } from '../redis-cluster/rig.js';
import { NEWER_NODE } from '../support/otel-lines.js';
import { OtlpReceiver } from '../support/otlp-receiver.js';
import { freePort, run } from '../support/process.js';
import { until } from '../support/until.js';
import { Program, runTool } from './program.js';
import { expectQuickstart } from './quickstart.js';
import { scrape } from './service.js';
import { Workshop } from './workshop.js';

const EXAMPLES = new URL('../../../examples/', import.meta.url).pathname;
/** The folders that build on one another, which `examples/package.json` ties together. */
const TOGETHER = ['package.json', 'mesh', 'lab', 'operator', 'runbooks', 'stack'];

describe('an example that is copied out of the repository', () => {
  const workshop = Workshop.forSuite();

  /** Copies one example, or several side by side, and installs what their `package.json` name. */
  async function copied(...parts: readonly string[]): Promise<string> {
    const path = await workshop.folder('example');
    for (const part of parts) {
      await cp(join(EXAMPLES, part), parts.length === 1 ? path : join(path, part), { recursive: true });
    }
    await workshop.install(path, []);
    return path;
  }

  it('runs: quickstart', async () => {
    await expectQuickstart(await copied('quickstart'), [process.execPath]);
  });

  it('runs: setup/node-cluster', async () => {
    const port = String(await freePort());
    const path = await copied('setup/node-cluster');
    const program = new Program('npm', ['start'], path, { FIRST_PORT: port, WORKERS: '1' });
    try {
      await until(async () => (await scrape(port)).includes('mesh_rebalance_paused'));
    } finally {
      await program.stop();
    }
  });

  for (const [example, node] of [
    ['setup/otel-js-2', process.execPath],
    ['setup/otel-js-3', undefined],
  ] as const) {
    it(`runs: ${example}`, async () => {
      const path = await copied(example);
      const newer = async () => {
        const tools = await workshop.tools(`${NEWER_NODE.name}@${NEWER_NODE.version}`);
        return join(tools, 'node_modules', NEWER_NODE.name, 'bin/node');
      };
      const port = String(await freePort());
      const use = `
        import { controller, shutdown } from './telemetry.mjs';
        controller.emit('planCreated', { planId: 'p' });
        console.log(await (await fetch('http://127.0.0.1:${port}/metrics')).text());
        await shutdown();`;
      const args = ['--input-type=module', '-e', use];
      const otlp = await OtlpReceiver.start();
      try {
        const env = { OTEL_EXPORTER_PROMETHEUS_PORT: port, OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url };
        const printed = await runTool(node ?? (await newer()), args, path, env);
        expect(printed).to.match(/^mesh_rebalance_plan_info\{.*plan_id="p"/m);
      } finally {
        await otlp.stop();
      }
      expect(otlp.spans.map(({ name }) => name)).to.deep.equal(['rebalance.plan.created']);
    });
  }

  it('runs: operator', async () => {
    const path = await copied('operator');
    expect(await runTool('npm', ['run', '-s', 'mesh', '--', '--version'], path)).to.match(/^\d+\.\d+\.\d+\n$/);
  });

  it('runs: runbooks', async () => {
    const path = await copied('runbooks');
    const program = new Program('npm', ['start'], path);
    try {
      await until(() => program.output.includes('/runbooks/'));
      const [url = ''] = /http:\S+/.exec(program.output) ?? [];
      const page = await (await fetch(new URL('MeshRebalanceStuck', url), { headers: { connection: 'close' } })).text();
      expect(page).to.include('<title>MeshRebalanceStuck</title>');
    } finally {
      await program.stop();
    }
  });

  it('runs: redis-cluster', async () => {
    const path = await copied('redis-cluster');
    const rig = await Rig.start({ keys: 2_000 });
    try {
      await rig.cluster.addMaster({ replica: false });
      const env = { OTEL_EXPORTER_PROMETHEUS_PORT: '0' };
      const printed = await runTool('npm', ['start', '-s', '--', ...rig.addresses], path, env);
      expect(printed).to.match(/plan completed[\s\S]*slots by node: 4096, 4096, 4096, 4096\n$/);
      expect(await rig.faults()).to.deep.equal([]);
    } finally {
      await rig.stop();
    }
  });

  it('runs: mesh, lab and stack, which build on one another', async () => {
    const path = await copied(...TOGETHER);
    const readme = await readFile(join(EXAMPLES, 'mesh/README.md'), 'utf8');
    expect(readme).to.include(await run('npm', ['run', '-s', 'story', '-w', 'lab'], path));
    const lab = await runTool('npm', ['run', '-s', 'lab', '--', 'failed-plan', '--out', 'history'], path);
    expect(lab).to.match(/^failed-plan: /);
    const [metrics, control] = [await freePort(), await freePort()].map(String);
    const ports = ['--metrics-port', metrics, '--control-port', control] as string[];
    const demo = await runTool('npm', ['run', '-s', 'demo', '--', '--for', '6s', ...ports], path);
    expect(demo).to.include(`http://127.0.0.1:${metrics}/metrics`).and.include('planCreated');
  });
});
