import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { runTool } from './program.js';
import { expectSeries } from './service.js';
import { Workshop } from './workshop.js';

const NAME = 'opentelemetry-instrumentation-mesh-rebalance';

describe('a consumer run by Node as it is', () => {
  const workshop = Workshop.forSuite();
  let path: string;

  before(async () => {
    path = await workshop.project('node', 'service');
  });

  it('exports the series from ES modules', async () => {
    await expectSeries(process.execPath, ['src/index.js'], path);
  });

  it('exports the series from CommonJS', async () => {
    expect(await runTool(process.execPath, ['required.cjs'], path)).to.equal('true true\n');
  });

  it('shares one producer between both copies', async () => {
    expect(await runTool(process.execPath, ['both.mjs'], path)).to.equal('true true\n');
  });

  it('gets nothing but our package and the API where it asks for no more', async () => {
    const alone = await workshop.copyOf('node');
    await workshop.install(alone, []);
    const installed = await readdir(join(alone, 'node_modules'));
    expect(installed.filter((name) => !name.startsWith('.')).sort()).to.deep.equal(['@opentelemetry', NAME]);
    expect(await readdir(join(alone, 'node_modules/@opentelemetry'))).to.deep.equal(['api']);
  });

  it('writes rules and dashboards with nothing else installed', async () => {
    const alone = await workshop.copyOf('node');
    await workshop.install(alone, []);
    const program = join(alone, 'node_modules/.bin/rebalance-rules');
    await runTool(program, ['--preset', 'large', '--out', 'rules.yaml', '--dashboards', 'grafana'], alone);
    expect(await readFile(join(alone, 'rules.yaml'), 'utf8')).to.include('alert: MeshRebalanceStuck');
    expect(await readdir(join(alone, 'grafana'))).to.have.length(3);
  });
});
