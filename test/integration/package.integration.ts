import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { packed } from '../support/packed.js';
import { run } from '../support/process.js';

const ROOT = new URL('../../../', import.meta.url).pathname;
const NAME = 'opentelemetry-instrumentation-mesh-rebalance';
const NPM_FLAGS = ['--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts'];

/** What an app author writes first; `imports` is how the module system at hand spells it. */
const consumer = (imports: string) => `
${imports}
const controller = Object.assign(new EventEmitter(), { namespace: 'n', cluster: 'c' });
const exporter = rebalancePrometheusExporter({ preventServerStart: true });
const handle = instrument(controller, { meterProvider: new MeterProvider({ readers: [exporter] }) });
controller.emit('planCreated', { planId: 'p' });
const metrics = exporter.collect().then(({ resourceMetrics }) =>
  resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics.map((metric) => metric.descriptor.name)),
);
void metrics.then((names) => {
  console.log(names.includes(METRICS.planInfo.name), names.includes(METRICS.moves.name));
  handle.disable();
});
`;

const ESM = `
import { EventEmitter } from 'node:events';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { instrument } from '${NAME}';
import { rebalancePrometheusExporter } from '${NAME}/prometheus';
import { METRICS } from '${NAME}/semconv';`;
const CJS_IN_TYPESCRIPT = ESM.replaceAll(
  /import \{ (\w+) \} from ('[^']+');/g,
  'import $1Module = require($2);\nconst { $1 } = $1Module;',
);
const CJS = ESM.replaceAll(/import \{ (\w+) \} from ('[^']+');/g, 'const { $1 } = require($2);');

/** An app that loads both copies feeds and reads one producer. */
const BOTH = `
import { createRequire } from 'node:module';
import { rebalanceMetricProducer } from '${NAME}';
const copy = createRequire(import.meta.url)('${NAME}');
console.log(copy !== undefined && copy.rebalanceMetricProducer() === rebalanceMetricProducer());
`;

/** The releases that belong together, of each line. */
const LINES = {
  2: { api: '1.9.1', sdk: '2.12.0', experimental: '0.223.0', node: 20 },
  3: { api: '1.10.0', sdk: '3.1.0', experimental: '0.301.0', node: 24 },
} as const;

function sdkPackages(line: keyof typeof LINES): string[] {
  const { api, sdk, experimental } = LINES[line];
  return [
    `@opentelemetry/api@${api}`,
    ...['sdk-metrics', 'sdk-trace', 'context-async-hooks'].map((name) => `@opentelemetry/${name}@${sdk}`),
    `@opentelemetry/sdk-logs@${line === 2 ? experimental : sdk}`,
    ...[
      'exporter-prometheus',
      'exporter-trace-otlp-http',
      'exporter-logs-otlp-http',
      'instrumentation',
      'instrumentation-http',
    ].map((name) => `@opentelemetry/${name}@${experimental}`),
  ];
}

describe('the packed package, installed', function () {
  this.timeout(600_000);
  let folder: string;
  let tarball: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'package-'));
    tarball = await packed(folder);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** A project of its own with the tarball and these packages installed. */
  async function project(name: string, packages: readonly string[]): Promise<string> {
    const path = join(folder, name);
    await mkdir(path);
    await writeFile(join(path, 'package.json'), JSON.stringify({ name, private: true, type: 'module' }));
    await run('npm', ['install', ...NPM_FLAGS, tarball, ...packages], path);
    return path;
  }

  it('installs nothing but itself beside its peers', async () => {
    const path = await project('alone', []);
    const installed = await readdir(join(path, 'node_modules'));
    expect(installed.filter((name) => !name.startsWith('.'))).to.deep.equal(['@opentelemetry', NAME]);
    expect(await readdir(join(path, 'node_modules/@opentelemetry'))).to.deep.equal(['api']);
  });

  it('writes rules and dashboards with nothing else installed', async () => {
    const path = await project('program', []);
    const args = ['--preset', 'large', '--out', 'rules.yaml', '--dashboards', 'dashboards'];
    await run(join(path, 'node_modules/.bin/rebalance-rules'), args, path);
    expect(await readFile(join(path, 'rules.yaml'), 'utf8')).to.include('alert: MeshRebalanceStuck');
    expect(await readdir(join(path, 'dashboards'))).to.have.length(3);
  });

  it('works from ESM and from CJS, run and type-checked with library checks on', async () => {
    const path = await project('consumers', sdkPackages(2));
    await Promise.all([
      writeFile(join(path, 'esm.mjs'), consumer(ESM)),
      writeFile(join(path, 'cjs.cjs'), consumer(CJS)),
      writeFile(join(path, 'both.mjs'), BOTH),
      writeFile(join(path, 'typed.mts'), consumer(ESM)),
      writeFile(join(path, 'typed.cts'), consumer(CJS_IN_TYPESCRIPT)),
    ]);
    expect(await run(process.execPath, ['esm.mjs'], path)).to.equal('true true\n');
    expect(await run(process.execPath, ['cjs.cjs'], path)).to.equal('true true\n');
    expect(await run(process.execPath, ['both.mjs'], path)).to.equal('true\n');
    const types = ['--typeRoots', join(ROOT, 'node_modules/@types'), '--types', 'node'];
    const compile = ['tsc', '--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', ...types];
    await run('npx', ['--prefix', ROOT, ...compile, join(path, 'typed.mts'), join(path, 'typed.cts')], path);
  });

  it('passes the whole suite on OpenTelemetry JS 3.x and Node 24, types included', async () => {
    const runtime = `node-${process.platform}-${process.arch}`;
    const { devDependencies } = JSON.parse(await run('npm', ['pkg', 'get', '--json'], ROOT));
    const tools = ['typescript', 'mocha', 'chai', 'fast-check', '@types/node', '@types/mocha', '@types/chai'];
    const path = await project('line-3', [
      ...sdkPackages(3),
      `${runtime}@${LINES[3].node}`,
      ...tools.map((tool) => `${tool}@${devDependencies[tool]}`),
    ]);
    for (const part of ['lib', 'test', 'tools', 'examples/setup', '.mocharc.json']) {
      const isOfThisLine = (source: string) => !/(package|quickstart)\.(test|integration)\.ts$/.test(source);
      await cp(join(ROOT, part), join(path, part), { recursive: true, filter: isOfThisLine });
    }
    const config = {
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: { rootDir: '.', outDir: 'build' },
      // The tests of the package, and what they import; those of examples and rules know one line only.
      include: ['lib', 'test/*.test.ts', 'test/fixtures', 'test/integration'],
    };
    await writeFile(join(path, 'tsconfig.json'), JSON.stringify(config));
    const node = join(path, 'node_modules', runtime, 'bin/node');
    expect(await run(node, ['--version'])).to.match(/^v24\./);
    await run(node, ['node_modules/typescript/bin/tsc', '-p', '.'], path);
    // Besides those that .mocharc.json names, what a real Prometheus shows.
    const also = 'build/test/integration/*.integration.js';
    const report = ['--reporter', 'json', '--reporter-option', 'output=report.json'];
    const mocha = ['node_modules/mocha/bin/mocha.js', ...report, also];
    // A failing suite ends in an error; what failed stands in the report.
    await run(node, mocha, path).catch(() => {});
    const { stats, failures, passes } = JSON.parse(await readFile(join(path, 'report.json'), 'utf8'));
    expect(failures).to.deep.equal([]);
    expect(stats.pending).to.equal(0);
    expect(stats.passes).to.be.greaterThan(100);
    const titles = passes.map(({ fullTitle }: { fullTitle: string }) => fullTitle);
    expect(titles).to.include('log events use the global provider of an API that has one');
  });
});
