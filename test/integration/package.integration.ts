import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { NEWER_NODE, openTelemetry, testPackages3 } from '../support/otel-lines.js';
import { packedForSuite } from '../support/packed.js';
import { run } from '../support/process.js';

const ROOT = new URL('../../../', import.meta.url).pathname;
const NPM_FLAGS = ['--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts'];

describe('the packed package, installed', function () {
  this.timeout(600_000);
  const packed = packedForSuite();

  it('passes the whole suite on OpenTelemetry JS 3.x and Node 24, types included', async () => {
    const { devDependencies } = JSON.parse(await run('npm', ['pkg', 'get', '--json'], ROOT));
    const tools = ['typescript', 'mocha', 'chai', 'fast-check', '@types/node', '@types/mocha', '@types/chai'];
    const packages = [
      ...openTelemetry(3),
      ...testPackages3(),
      `${NEWER_NODE.name}@${NEWER_NODE.version}`,
      ...tools.map((tool) => `${tool}@${devDependencies[tool]}`),
    ];
    const path = join(packed.folder, 'line-3');
    await mkdir(path);
    await writeFile(join(path, 'package.json'), JSON.stringify({ name: 'line-3', private: true, type: 'module' }));
    await run('npm', ['install', ...NPM_FLAGS, packed.tarball, ...packages], path);
    for (const part of ['lib', 'test', 'tools', 'docs', 'examples/setup', 'examples/lab/random.ts', '.mocharc.json']) {
      const isOfThisLine = (source: string) =>
        !/(package|quickstart|reproducible)\.(test|integration)\.ts$/.test(source);
      await cp(join(ROOT, part), join(path, part), { recursive: true, filter: isOfThisLine });
    }
    // The programs that are built here already.
    await mkdir(join(ROOT, '.cache'), { recursive: true });
    await symlink(join(ROOT, '.cache'), join(path, '.cache'));
    const config = {
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: { rootDir: '.', outDir: 'build' },
      // The tests of the package, and what they import; those of examples and rules know one line only.
      include: ['lib', 'test/lib', 'test/fixtures', 'test/integration', 'test/support/root-hooks.ts'],
    };
    await writeFile(join(path, 'tsconfig.json'), JSON.stringify(config));
    const node = join(path, 'node_modules', NEWER_NODE.name, 'bin/node');
    expect(await run(node, ['--version'])).to.match(/^v24\./);
    await run(node, ['node_modules/typescript/bin/tsc', '-p', '.'], path);
    // What needs Node alone, and what a real Prometheus shows.
    const files = ['build/test/**/*.test.js', 'build/test/integration/*.integration.js'];
    const report = ['--reporter', 'json', '--reporter-option', 'output=report.json'];
    const mocha = ['node_modules/mocha/bin/mocha.js', ...report, ...files];
    // A failing suite ends in an error too, and what failed stands in the report; without one, mocha did not begin.
    const failure = await run(node, mocha, path).catch((error: Error) => error);
    const written = await readFile(join(path, 'report.json'), 'utf8').catch(() => {
      throw failure;
    });
    const { stats, failures, passes } = JSON.parse(written);
    expect(failures).to.deep.equal([]);
    expect(stats.pending).to.equal(0);
    expect(stats.passes).to.be.greaterThan(100);
    const titles = passes.map(({ fullTitle }: { fullTitle: string }) => fullTitle);
    expect(titles).to.include('log events use the global provider of an API that has one');
    expect(titles.filter((title: string) => title.endsWith(': a global logger provider'))).to.have.length(2);
  });
});
