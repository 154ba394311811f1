import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { parse } from 'yaml';
import { THRESHOLDS } from '../../rules/thresholds.js';
import { program } from '../../tools/program.js';
import { run } from '../support/process.js';

const ROOT = new URL('../../../', import.meta.url).pathname;
const PROGRAM = `${ROOT}dist/rules/main.js`;

interface Rules {
  readonly groups: {
    readonly rules: { readonly alert?: string; readonly expr: string; readonly annotations?: object }[];
  }[];
}

const rules = (...args: string[]) => run(process.execPath, [PROGRAM, ...args]);
const failing = (...args: string[]) =>
  promisify(execFile)(process.execPath, [PROGRAM, ...args]).then(
    () => expect.fail('did not fail'),
    ({ code, stderr }: { code: number; stderr: string }) => ({ code, stderr }),
  );

describe('rebalance-rules', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rules-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('writes what is committed, when nothing is changed', async () => {
    for (const [args, file] of [
      [['--only', 'alerts'], 'mesh-rebalance.alerts.yaml'],
      [['--only', 'recording'], 'mesh-rebalance.recording.yaml'],
      [['--format', 'operator'], 'kubernetes/prometheus-rule.yaml'],
    ] as const) {
      const committed = await readFile(`${ROOT}rules/${file}`, 'utf8');
      expect(committed.replace(/^#.*\n/, '')).to.equal(await rules(...args));
    }
  });

  it('writes rules with other thresholds and links, which promtool accepts', async () => {
    const file = join(folder, 'rules.yaml');
    const links = ['--grafana', 'https://grafana.example.com/', '--runbooks', 'https://wiki.example.com/rebalance'];
    await rules('--set', 'stuckAfter=45m', '--set', 'stuckConfirm=20m', ...links, '--out', file);
    const text = await readFile(file, 'utf8');
    const stuck = (parse(text) as Rules).groups
      .flatMap((group) => group.rules)
      .find(({ alert }) => alert === 'MeshRebalanceStuck');
    expect(stuck).to.include({ for: '20m' });
    expect(stuck?.expr).to.include('[45m]').and.include('offset 45m');
    expect(stuck?.annotations).to.include({ runbook_url: 'https://wiki.example.com/rebalance/MeshRebalanceStuck' });
    expect(JSON.stringify(stuck?.annotations))
      .to.include('"https://grafana.example.com/d/mesh-rebalance-plan?')
      .and.include('45m');
    expect(await run(await program('promtool-2'), ['check', 'rules', file])).to.include('SUCCESS');
  });

  it('gives the operator a resource, and a monitor that keeps our labels', async () => {
    const resource = parse(await rules('--format', 'operator')) as { kind: string; spec: Rules };
    expect(resource.kind).to.equal('PrometheusRule');
    expect(resource.spec).to.deep.equal(parse(await rules()));
    const monitor = parse(await readFile(`${ROOT}rules/kubernetes/service-monitor.yaml`, 'utf8'));
    expect(monitor.spec.endpoints[0]).to.include({ honorLabels: true });
  });

  it('lists every threshold', async () => {
    const lines = (await rules('--list')).trimEnd().split('\n');
    expect(lines.map((line) => line.split(/\s+/)[0])).to.deep.equal(Object.keys(THRESHOLDS));
    expect(await rules('--help')).to.include('--set <name>=<value>');
    expect(await rules('-h')).to.equal(await rules('--help'));
  });

  it('says what is wrong, and writes nothing', async () => {
    expect(await failing('--set', 'stuckAfter=soon')).to.deep.equal({
      code: 2,
      stderr: 'error: stuckAfter must be a duration such as 30m, not "soon"\n',
    });
    expect((await failing('--only', 'some')).stderr).to.include('--only must be one of recording, alerts, all');
    expect((await failing('--grafana', 'grafana')).stderr).to.include('--grafana must be an address');
    expect(await failing('--nonsense')).to.deep.equal({
      code: 2,
      stderr: "error: Unknown option '--nonsense'; --help tells what there is\n",
    });
    const listed = await failing('--list', '--set', 'stuckAfter=30m');
    expect(listed.code).to.equal(2);
    expect(listed.stderr).to.match(/^error: --list prints the defaults and takes nothing beside it; .*\n$/);
    const unwritable = await failing('--out', join(folder, 'missing', 'rules.yaml'));
    expect(unwritable.code).to.equal(1);
    expect(unwritable.stderr).to.include('ENOENT');
  });
});
