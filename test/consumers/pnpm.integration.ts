import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { openTelemetry } from '../support/otel-lines.js';
import { runQuietly } from './program.js';
import { expectSeries } from './service.js';
import { programOf, Workshop } from './workshop.js';

describe('a consumer that pnpm installs', () => {
  const workshop = Workshop.forSuite();

  it('runs in a node_modules that holds just what it names, without an unmet peer', async () => {
    const path = await workshop.copyOf('pnpm', 'service');
    const pnpm = programOf(await workshop.tools('pnpm@12.21.0'), 'pnpm');
    const store = ['--store-dir', await workshop.folder('store')];
    const add = ['add', '--strict-peer-dependencies', ...store, workshop.tarball, ...openTelemetry(2)];
    await runQuietly(pnpm, add, path);
    const inScope = await readdir(join(path, 'node_modules/@opentelemetry'));
    expect(inScope.sort()).to.deep.equal(['api', 'exporter-prometheus', 'sdk-metrics']);
    await expectSeries(process.execPath, ['src/index.js'], path);
  });
});
