import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { Cleanup } from '../support/cleanup.js';
import { NEWER_NODE } from '../support/otel-lines.js';
import { freePort, run } from '../support/process.js';
import { replaced } from '../support/replaced.js';
import { runQuickstart } from './quickstart-run.js';

const ROOT = new URL('../../../', import.meta.url).pathname;
const NAME = 'opentelemetry-instrumentation-mesh-rebalance';

/** The blocks of a section of the README, in its order. */
async function blocksOf(heading: string): Promise<{ language: string; text: string }[]> {
  const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
  const [, section = ''] = readme.split(new RegExp(`^#+ ${heading}\n`, 'm'));
  const [own = ''] = section.split(/^#+ /m);
  return [...own.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']) => ({ language, text }));
}

describe('what the README says to paste', function () {
  this.timeout(300_000);
  const cleanup = Cleanup.forSuite();
  let folder: string;
  before(async () => {
    folder = await cleanup.folder('readme');
  });

  it('runs in a project of its own until Ctrl-C: the quickstart', async () => {
    const [pack, install, code, start, look, shown] = await blocksOf('Quickstart');
    const place = join(folder, 'quickstart');
    // The package is built, and what the tests run with is installed.
    const packed = replaced(pack?.text ?? '', [
      ['npm ci && ', ''],
      ['npm pack ', 'npm pack --ignore-scripts '],
      ['../quickstart', place],
    ]);
    await run('sh', ['-ec', packed], ROOT);
    await run('sh', ['-ec', replaced(install?.text ?? '', [['../quickstart', place]])], ROOT);
    expect(JSON.parse(await readFile(join(place, 'package.json'), 'utf8'))).to.have.property('version', '1.0.0');
    expect(code?.language).to.equal('js');
    await writeFile(join(place, 'index.mjs'), code?.text ?? '');
    expect(start?.text).to.equal('node index.mjs\n');
    expect(look?.text).to.equal('curl -s http://127.0.0.1:9464/metrics | grep drain-node-a\n');
    await runQuickstart('index.mjs', place, await freePort(), shown?.text ?? '');
  });

  for (const line of [2, 3]) {
    it(`runs with the packages that it says to install: the set-up for OpenTelemetry JS ${line}.x`, async () => {
      const [install, code] = await blocksOf(`OpenTelemetry JS ${line}.x`);
      const place = join(folder, `line-${line}`);
      await mkdir(place);
      await run('npm', ['pack', '--ignore-scripts', '--pack-destination', place], ROOT);
      await run('npm', ['init', '-y'], place);
      await run('sh', ['-ec', replaced(install?.text ?? '', [[`${NAME} `, `./${NAME}-*.tgz `]])], place);
      await writeFile(join(place, 'telemetry.mjs'), code?.text ?? '');
      let node = process.execPath;
      if (line === 3) {
        await run('npm', ['install', '--no-save', `${NEWER_NODE.name}@${NEWER_NODE.version}`], place);
        node = join(place, 'node_modules', NEWER_NODE.name, 'bin/node');
      }
      const port = await freePort();
      // Nobody takes the traces and log events here; test/integration/setup.test.ts has somebody who does.
      const program = `
        process.env.OTEL_EXPORTER_PROMETHEUS_PORT = '${port}';
        const { controller, shutdown } = await import('./telemetry.mjs');
        controller.emit('heartbeat');
        const text = await (await fetch('http://127.0.0.1:${port}/metrics')).text();
        console.log(text.match(/^mesh_rebalance_controller_heartbeat_timestamp_seconds/m)[0]);
        console.log(text.match(/service_name="[^"]*"/)[0]);
        await shutdown();`;
      const printed = await run(node, ['--input-type=module', '-e', program], place);
      expect(printed.trim().split('\n')).to.deep.equal([
        'mesh_rebalance_controller_heartbeat_timestamp_seconds',
        'service_name="mesh-controller"',
      ]);
    });
  }
});
