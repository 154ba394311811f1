import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { parse, stringify } from 'yaml';
import { ruleDocument } from '../../rules/documents.js';
import { DEFAULTS, PRESETS, withThresholds } from '../../rules/settings.js';
import { THRESHOLDS, type Threshold, type ThresholdName } from '../../rules/thresholds.js';
import { program } from '../../tools/program.js';
import { run } from '../support/process.js';
import { selectorsOf } from '../support/promql.js';

const ROOT = new URL('../../../', import.meta.url).pathname;
const PROGRAM = `${ROOT}dist/rules/main.js`;

interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: { readonly description: string };
}
interface Rules {
  readonly groups: { readonly rules: Rule[] }[];
}

const rulesOf = (yaml: string) => (parse(yaml) as Rules).groups.flatMap((group) => group.rules);
/** What the program says beside its output. */
const toldOf = (...args: string[]) =>
  promisify(execFile)(process.execPath, [PROGRAM, ...args]).then(({ stderr }) => stderr);

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
    expect(stuck?.expr).to.include('> 2700').and.include('[45m]');
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

  it('lists every threshold with its value', async () => {
    const shown = async (...args: string[]) => {
      const lines = (await rules('--list', ...args)).trimEnd().split('\n');
      return Object.fromEntries(lines.map((line) => line.split(/\s+/, 2) as [string, string]));
    };
    expect(await shown()).to.deep.equal(DEFAULTS.values);
    expect(await shown('--preset', 'large', '--set', 'stuckAfter=47m')).to.deep.equal({
      ...withThresholds([], 'large'),
      stuckAfter: '47m',
    });
    for (const option of ['--help', '-h']) expect(await rules(option)).to.include('--set <name>=<value>');
  });

  for (const preset of PRESETS) {
    it(`has thresholds for a fleet of size ${preset}, which promtool accepts`, async () => {
      const file = join(folder, `${preset}.yaml`);
      await rules('--preset', preset, '--out', file);
      const values = withThresholds([], preset);
      for (const [name, threshold] of Object.entries<Threshold>(THRESHOLDS)) {
        const recommended = preset === 'default' ? undefined : threshold[preset];
        expect(values[name as ThresholdName], name).to.equal(recommended ?? threshold.value);
      }
      expect(await readFile(file, 'utf8')).to.equal(ruleDocument({ ...DEFAULTS, values }, 'all', 'prometheus'));
      expect(await run(await program('promtool-2'), ['check', 'rules', file])).to.include('SUCCESS');
    });
  }

  it('says what it wrote where, beside its output', async () => {
    const file = join(folder, 'told.yaml');
    expect(await toldOf('--out', file)).to.equal(`wrote ${file}: 31 alerting rules and 7 recording rules\n`);
    expect(await toldOf('--only', 'alerts', '--out', file)).to.equal(
      `wrote ${file}: 31 alerting rules and 3 recording rules\n`,
    );
    expect(await toldOf('--format', 'service-monitor', '--out', file)).to.equal(`wrote ${file}: a ServiceMonitor\n`);
    expect(await toldOf()).to.equal('');
  });

  it('labels every rule, what reads recorded series, and the resources of the operator', async () => {
    const args = ['--label', 'team=storage', '--label', 'env=prod=1'];
    const labels = { team: 'storage', env: 'prod=1' };
    const file = join(folder, 'labelled.yaml');
    await rules(...args, '--out', file);
    const labelled = rulesOf(await readFile(file, 'utf8'));
    for (const rule of labelled) {
      expect(rule.labels, rule.alert ?? rule.record).to.include(labels);
      if (rule.annotations !== undefined)
        expect(rule.annotations.description).to.match(/Who acts: .*, team storage\.$/);
    }
    const recorded = labelled.map(({ record }) => record);
    const readers = labelled.flatMap(({ expr }) => selectorsOf(expr)).filter(({ metric }) => recorded.includes(metric));
    expect(readers).to.have.length.above(4);
    for (const { matchers } of readers) {
      expect(matchers).to.deep.include({ label: 'team', op: '=', value: 'storage' });
      expect(matchers).to.deep.include({ label: 'env', op: '=', value: 'prod=1' });
    }
    expect(await run(await program('promtool-2'), ['check', 'rules', file])).to.include('SUCCESS');
    for (const [format, kind] of [
      ['operator', 'PrometheusRule'],
      ['service-monitor', 'ServiceMonitor'],
    ] as const) {
      const resource = parse(await rules('--label', 'release=kube-prometheus-stack', '--format', format));
      expect(resource).to.have.property('kind', kind);
      expect(resource.metadata.labels).to.include({ release: 'kube-prometheus-stack' });
    }
  });

  it('keeps to its own series in a Prometheus that others use too', async () => {
    const file = join(folder, 'shared.yaml');
    await rules('--selector', 'env="prod",region=~"eu-.+"', '--label', 'env=prod', '--out', file);
    const shared = rulesOf(await readFile(file, 'utf8'));
    const conditions = [
      { label: 'env', op: '=', value: 'prod' },
      { label: 'region', op: '=~', value: 'eu-.+' },
    ];
    for (const { metric = '', matchers } of shared.flatMap(({ expr }) => selectorsOf(expr))) {
      if (metric.startsWith('mesh_rebalance_')) expect(matchers, metric).to.deep.include.members(conditions);
      else expect(matchers, metric).not.to.deep.include(conditions[1]);
    }
    const test = join(folder, 'shared-test.yaml');
    await writeFile(test, stringify(sharedPrometheus(file)));
    expect(await run(await program('promtool-2'), ['test', 'rules', test])).to.include('SUCCESS');
  });

  it('finds series without labels of the mesh, also where it keeps to a namespace', async () => {
    const narrowed = rulesOf(await rules('--selector', '{namespace="payments", env!=""}'));
    for (const alert of ['MeshRebalanceLabelsRenamed', 'MeshRebalanceSeriesOverflow']) {
      const found = selectorsOf(narrowed.find((rule) => rule.alert === alert)?.expr ?? '');
      expect(found).to.have.length.above(1);
      for (const { matchers } of found) {
        expect(matchers.map(({ label }) => label))
          .to.include('env')
          .and.not.include('namespace');
      }
    }
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
      stderr: "error: Unknown option '--nonsense'; --help shows the options\n",
    });
    expect(await failing('rules.yaml')).to.deep.equal({
      code: 2,
      stderr: "error: Unexpected argument 'rules.yaml'; --help shows the options\n",
    });
    const unwritable = await failing('--out', join(folder, 'missing', 'rules.yaml'));
    expect(unwritable.code).to.equal(1);
    expect(unwritable.stderr).to.include('ENOENT');
    await writeFile(join(folder, 'file'), '');
    const noFolder = await failing('--dashboards', join(folder, 'file/dashboards'));
    expect(noFolder.code).to.equal(1);
    expect(noFolder.stderr).to.match(/^error: ENOTDIR.+\n$/);
  });

  for (const [args, message] of [
    ['--list --out rules.yaml', '--list takes --preset and --set, not --out'],
    ['--list --set stuckAfter=soon', 'stuckAfter must be a duration such as 30m, not "soon"'],
    ['--preset huge', '--preset must be one of small, default, large, not "huge"'],
    ['--label team', '--label must be a name and a value such as team=storage, not "team"'],
    ['--label 9=x', '--label 9=x: a name has letters, digits and _'],
    ['--label __team=x', '--label __team=x: a name has letters, digits and _'],
    [
      '--label severity=page',
      'the rules give severity themselves; any name is allowed but alertname, alertstate, severity,',
    ],
    ['--label cluster=eu-1', 'the rules give cluster themselves'],
    ['--label team=', 'a value is a text that is not empty, and no template'],
    ['--label team={{$labels.job}}', 'a value is a text that is not empty, and no template'],
    ['--label team=a --label team=b', '--label team=b: team is a already'],
    ['--format operator --label team=a/b', 'a label of a Kubernetes resource has at most 63 letters'],
    ['--format service-monitor --label _team=a', 'a label of a Kubernetes resource has at most 63 letters'],
    ['--selector env=prod', 'must be conditions such as env="prod",region=~"eu-.+", which "env=prod" is not'],
    ['--selector env="prod"region="eu"', 'which "env="prod"region="eu"" is not'],
    ['--selector env="pr\\od"', '--selector "pr\\od": Bad escaped character'],
    ['--selector {}', '--selector must be conditions such as env="prod"'],
    ['--selector plan_id="a"', 'a condition on it would hide a part of a cluster from its alerts'],
    ['--selector __name__="a"', 'a condition on it would hide a part of a cluster from its alerts'],
  ] as const) {
    it(`refuses ${args} in one line`, async () => {
      const { code, stderr } = await failing(...args.split(' '));
      expect(code).to.equal(2);
      expect(stderr)
        .to.match(/^error: .+\n$/)
        .and.include(message);
    });
  }
});

const LOST = '{alertname="MeshRebalanceControllerHeartbeatMissing", env="prod", namespace="n", cluster="c"}';

/** Two environments with a cluster of the same name, of which one has a heartbeat: the other is not ours. */
function sharedPrometheus(rulesFile: string): object {
  const series = (name: string, env: string, values: string) => ({
    series: `mesh_rebalance_${name}_timestamp_seconds{namespace="n",cluster="c",env="${env}",region="eu-1"}`,
    values,
  });
  const alive = '0+60x60';
  const dead = '0x60';
  const test = (prod: string, dev: string, isLost: boolean) => ({
    interval: '1m',
    input_series: [
      ...[series('controller_heartbeat', 'prod', prod), series('controller_heartbeat', 'dev', dev)],
      ...[series('clock', 'prod', alive), series('clock', 'dev', alive)],
    ],
    promql_expr_test: [
      {
        expr: 'count by (alertname, env, namespace, cluster) (ALERTS{alertstate="firing"})',
        eval_time: '30m',
        exp_samples: isLost ? [{ labels: LOST, value: 1 }] : [],
      },
    ],
  });
  return { rule_files: [rulesFile], tests: [test(alive, dead, false), test(dead, alive, true)] };
}
