import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { expect } from 'chai';
import { builtGoTool, type GoTool, pinnedVersion } from '../../tools/go-tool.js';
import {
  PROGRAM_NAMES,
  type ProgramName,
  printedVersion,
  program,
  wantedVersion,
  withKnownFailures,
} from '../../tools/program.js';
import { Jaeger } from '../collector/support/jaeger.js';
import { ONE, sendOne } from '../collector/support/otlp-request.js';
import { VictoriaMetrics } from '../scaling/support/victoria-metrics.js';
import { Cleanup } from '../support/cleanup.js';
import { run } from '../support/process.js';
import { until } from '../support/until.js';

const ROOT = new URL('../../../', import.meta.url).pathname;
const PROGRAM_MODULE = new URL('../../tools/program.js', import.meta.url).href;
/** A machine that has none of them yet takes minutes to build them all. */
const BUILD_MS = 1_800_000;

/** What a process with this PATH prints when it asks for a program. */
async function locatedWith(path: string, name: ProgramName): Promise<string> {
  const script = `
    import { program } from '${PROGRAM_MODULE}';
    console.log(await program('${name}').catch((error) => error.name + ': ' + error.message));
  `;
  return run('/usr/bin/env', [`PATH=${path}`, process.execPath, '--input-type=module', '--eval', script]);
}

describe('the programs', () => {
  const cleanup = Cleanup.forEachTest();
  before(async function () {
    this.timeout(BUILD_MS);
    for (const name of PROGRAM_NAMES) await program(name);
  });

  // Debian's victoria-metrics and the Compose loader do not say their versions; its Chromium is that of its last update.
  for (const name of PROGRAM_NAMES.filter((name) => !['victoria-metrics', 'compose-spec', 'chromium'].includes(name))) {
    it(`print the version that is pinned and that tools/README.md names: ${name}`, async () => {
      const readme = await readFile(join(ROOT, 'tools/README.md'), 'utf8');
      const [, documented] = new RegExp(`^\\| \`${name.replace('.', '\\.')}\` \\| (\\S+)`, 'm').exec(readme) ?? [];
      const printed = `${await printedVersion(name, await program(name))}.`;
      expect(printed.startsWith(`${documented}.`), `${printed} is not ${documented}`).to.equal(true);
      expect(printed.startsWith(await wantedVersion(name))).to.equal(true);
    });
  }

  it('have in them the modules that go.mod pins', async () => {
    const built = {
      'prometheus-3': 'github.com/prometheus/prometheus',
      alertmanager: 'github.com/prometheus/alertmanager',
      pint: 'github.com/cloudflare/pint',
      jaeger: 'github.com/jaegertracing/jaeger',
      'compose-spec': 'github.com/compose-spec/compose-go/v2',
    } as const;
    for (const [name, module] of Object.entries(built)) {
      const tool = name.replace(/-(3|spec)$/, '');
      const pin = await pinnedVersion({ source: join(ROOT, 'tools', tool), module, versionVariable: '' });
      const path = await program(name as keyof typeof built);
      if (!path.startsWith(ROOT)) continue;
      expect(await run('go', ['version', '-m', path])).to.match(new RegExp(`\\smod\\s+${module}\\s+v${pin}\\s`));
    }
  });

  it('have a Jaeger whose query API gives back a trace', async () => {
    const jaeger = await cleanup.use(Jaeger.start());
    const names = await until(async () => {
      await sendOne(jaeger.http, ['traces']);
      const [spans] = await jaeger.findTraces('mesh-controller');
      return spans?.map(({ operationName }) => operationName);
    });
    expect(names).to.include(ONE.span);
  });

  it('have a VictoriaMetrics that takes and gives back a sample', async () => {
    const victoria = await cleanup.use(VictoriaMetrics.start(['-search.latencyOffset=0s']));
    const file = join(await cleanup.folder('victoria-test'), 'metrics.om');
    await writeFile(file, `mesh_rebalance_paused 1 ${Date.now() / 1_000}\n`);
    const [sample] = await until(async () => {
      await victoria.load(file);
      const found = await victoria.instant('mesh_rebalance_paused');
      return found.length > 0 && found;
    });
    expect(sample?.value).to.equal(1);
  });
});

describe('a program on PATH', () => {
  const cleanup = Cleanup.forEachTest();
  let folder: string;

  beforeEach(async () => {
    folder = await cleanup.folder('on-path');
  });

  async function put(name: string, says: string): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, `#!/bin/sh\necho '${says}'\n`, { mode: 0o755 });
    return path;
  }

  it('is taken in the version that is pinned', async () => {
    const path = await put('pint', `${await wantedVersion('pint')} (revision: unknown)`);
    expect(await locatedWith([folder, process.env['PATH']].join(delimiter), 'pint')).to.equal(`${path}\n`);
  });

  it('is left alone in another version, or where it does not run', async () => {
    await put('pint', '0.1.0 (revision: unknown)');
    await writeFile(join(folder, 'promtool'), '#!/bin/sh\nexit 3\n', { mode: 0o755 });
    const PATH = [folder, process.env['PATH']].join(delimiter);
    expect(await locatedWith(PATH, 'pint')).to.equal(`${await program('pint')}\n`);
    expect(await locatedWith(PATH, 'promtool-2')).to.equal(`${await program('promtool-2')}\n`);
  });
});

describe('a program that cannot be had', () => {
  const cleanup = Cleanup.forSuite();
  let repository: string;

  /** What is asked for, in a checkout that has nothing in its cache, on a machine that has nothing on PATH. */
  async function refusalOf(name: ProgramName): Promise<string> {
    const module = join(repository, 'build/tools/program.js');
    const script = `import { program } from '${module}'; console.log((await program('${name}').catch((error) => error)).message)`;
    return run('/usr/bin/env', [`PATH=${repository}`, process.execPath, '--input-type=module', '--eval', script]);
  }

  before(async () => {
    repository = await cleanup.folder('bare-checkout');
    for (const part of ['package.json', 'build/tools', 'tools/pint', 'collector/builder.yaml']) {
      await cp(join(ROOT, part), join(repository, part), { recursive: true });
    }
  });

  it('is refused with what was tried, what failed and what to do, without Go', async () => {
    const refusal = await refusalOf('pint');
    expect(refusal).to.include(`There is no pint ${await wantedVersion('pint')} here.`);
    expect(refusal).to.include('- pint is not on PATH');
    expect(refusal).to.match(/- tried to build tools\/pint with Go: go build .*\ngo is not on PATH/);
    expect(refusal).to.match(/Have the release of Go on PATH .* Or put pint on PATH yourself/);
  });

  it('is refused with what was tried, what failed and what to do, without apt-get', async () => {
    const refusal = await refusalOf('redis-server');
    expect(refusal).to.include('There is no redis-server here.\n- redis-server is not on PATH');
    expect(refusal).to.match(/- tried to unpack the Debian package redis-server: apt-get .*\napt-get is not on PATH/);
    expect(refusal).to.include('Run this on Debian 12');
  });

  it('is refused without being looked for on PATH, where its components matter', async () => {
    const refusal = await refusalOf('otelcol');
    expect(refusal).to.match(/^There is no otelcol [\d.]+ here\.\n- tried to build collector\/builder\.yaml/);
    expect(refusal).not.to.include('yourself');
  });

  it('is not tried again by a process that knows of the failure, and fails nothing else', async () => {
    const environment = Object.entries(withKnownFailures({ jaeger: 'no Go today' })).map((pair) => pair.join('='));
    const script = `
      import { preparedPrograms } from '${PROGRAM_MODULE}';
      for await (const one of preparedPrograms(['jaeger', 'redis-server'])) console.log(one.failure ?? one.path);
    `;
    const printed = await run('/usr/bin/env', [...environment, process.execPath, '--input-type=module', '-e', script]);
    expect(printed).to.equal(`no Go today\n${await program('redis-server')}\n`);
  });

  it('is refused with the version that another one has', async () => {
    const path = join(repository, 'pint');
    await writeFile(path, '#!/bin/sh\necho 0.1.0\n', { mode: 0o755 });
    expect(await refusalOf('pint')).to.include(`- ${path} is not ${await wantedVersion('pint')}: it says 0.1.0`);
  });
});

describe('a Go module of programs', () => {
  const cleanup = Cleanup.forEachTest();
  let source: string;
  let home: string;

  beforeEach(async () => {
    const folder = await cleanup.folder('go-tool');
    source = join(folder, 'source');
    home = join(folder, 'home');
    await mkdir(join(source, 'hello'), { recursive: true });
    const pins = [
      'module hello.invalid/tools',
      'go 1.24',
      'tool hello.invalid/tools/hello',
      'require hello.invalid/dependency v1.2.3',
      'replace hello.invalid/dependency => ./dependency',
    ];
    await mkdir(join(source, 'dependency'));
    await Promise.all([
      writeFile(join(source, 'go.mod'), `${pins.join('\n')}\n`),
      writeFile(join(source, 'go.sum'), ''),
      writeFile(join(source, 'dependency/go.mod'), 'module hello.invalid/dependency\n'),
      writeFile(join(source, 'dependency/name.go'), 'package dependency\nconst Name = "world"\n'),
      writeProgram('println("hello", dependency.Name, version)'),
    ]);
  });

  function writeProgram(statement: string): Promise<void> {
    const lines = ['package main', 'import "hello.invalid/dependency"', 'var version = dependency.Name'];
    return writeFile(join(source, 'hello/main.go'), [...lines, `func main() { ${statement} }`].join('\n'));
  }
  const tool = (): GoTool => ({ source, module: 'hello.invalid/dependency', versionVariable: 'main.version' });

  it('is built once for its go.mod and go.sum, and again when they change', async () => {
    const said: string[] = [];
    const first = await builtGoTool(home, { ...tool(), usual: 'a moment' }, (line) => said.push(line));
    expect(await readdir(first)).to.deep.equal(['hello']);
    expect(said).to.have.length(2);
    expect(said[0]).to.equal('source: building with Go, a moment');
    expect(said[1]).to.match(/^source: building with Go: done after \d+ s(, \d+ packages compiled)?$/);
    // Only its pins count: the code of a pinned module never changes.
    await writeProgram('println("other")');
    expect(await builtGoTool(home, tool(), (line) => said.push(line))).to.equal(first);
    expect(said).to.have.length(2);
    await writeFile(join(source, 'go.mod'), `${await readFile(join(source, 'go.mod'), 'utf8')}// raised\n`);
    await writeProgram('println("other", dependency.Name)');
    const second = await builtGoTool(home, tool());
    expect(second).not.to.equal(first);
    expect(await readdir(home)).to.deep.equal([second.slice(home.length + 1)]);
  });

  it('that does not compile says what the compiler said, and leaves nothing half-made', async () => {
    await writeProgram('println(dependency.Missing)');
    const failure = await builtGoTool(home, tool()).catch((error: Error) => error);
    expect(failure).to.be.an('error');
    expect((failure as Error).message).to.match(/^go build .*\n[\s\S]*main\.go:4:\d+: undefined: dependency\.Missing/);
    expect(await readdir(home)).to.deep.equal([]);
  });

  it('whose go.mod does not require the module is refused', async () => {
    const other = { ...tool(), module: 'hello.invalid/other' };
    const failure = await builtGoTool(home, other).catch((error: Error) => error);
    expect((failure as Error).message).to.equal(`${source}/go.mod does not require hello.invalid/other`);
  });
});
