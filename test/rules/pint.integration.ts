import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { writeOpenMetrics } from '../../examples/lab/open-metrics.js';
import { playScenario } from '../../examples/lab/run.js';
import { scenarioNamed } from '../../examples/lab/scenario-named.js';
import { ScrapeTimes } from '../../examples/lab/scrape-times.js';
import { program } from '../../tools/program.js';
import { run } from '../support/process.js';
import { Prometheus } from '../support/prometheus.js';
import { MINUTE } from '../support/time.js';
import { RULE_FILES } from './rule-files.js';

const CONFIG = new URL('../../../rules/pint.hcl', import.meta.url).pathname;

/** Together they have every series of a controller that the rules read. */
const SCENARIOS_WITH_ALL = [
  'stuck-drain',
  'plans-untracked',
  'guardrail-held',
  'failed-plan',
  'no-leader',
  'decommissioned',
];
const HOURS = 0.7;

/** A problem that pint reports. */
interface Problem {
  readonly reporter: string;
  readonly problem: string;
  readonly severity: 'Fatal' | 'Bug' | 'Warning' | 'Information';
  readonly lines: readonly number[];
}

/** Rules with a mistake each: in their form, in what they read, and in what they give to their text. */
const BROKEN = `groups:
  - name: broken
    rules:
      - alert: NoTexts
        expr: mesh_rebalance_paused
      - record: unknown:metric
        expr: sum(mesh_rebalance_shards_moved)
      - record: gauge:rate
        expr: max(mesh_rebalance_state{state="balancing"})
`;

describe('pint on the rules', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pint-'));
  });
  after(() => rm(folder, { recursive: true }));

  async function lint(files: readonly string[], config: string, flags: readonly string[] = []): Promise<Problem[]> {
    const report = join(folder, 'report.json');
    const args = ['--config', config, ...flags, 'lint', '--min-severity', 'info', '--fail-on', 'fatal'];
    await run(await program('pint'), [...args, '--json', report, ...files]);
    const problems = JSON.parse(await readFile(report, 'utf8')) as Problem[];
    return problems.map(({ reporter, problem, severity, lines }) => ({ reporter, problem, severity, lines }));
  }

  const serious = (problems: readonly Problem[]) => problems.filter(({ severity }) => severity !== 'Information');
  const reporters = (problems: readonly Problem[]) => [...new Set(problems.map(({ reporter }) => reporter))];

  async function brokenFile(): Promise<string> {
    const file = join(folder, 'broken.yaml');
    await writeFile(file, BROKEN);
    return file;
  }

  it('finds nothing without a Prometheus', async () => {
    expect(serious(await lint(Object.values(RULE_FILES), CONFIG, ['--offline']))).to.deep.equal([]);
  });

  it('would find an alert without texts, and one that always fires', async () => {
    const found = serious(await lint([await brokenFile()], CONFIG, ['--offline']));
    expect(reporters(found)).to.include.members(['alerts/annotation', 'alerts/comparison', 'rule/label']);
  });

  describe('with a Prometheus that has series of every kind', () => {
    let prometheus: Prometheus;
    let config: string;
    before(async () => {
      prometheus = await Prometheus.over(
        await Promise.all(SCENARIOS_WITH_ALL.map((name) => presentSeries(folder, name))),
      );
      config = join(folder, 'online.hcl');
      const server = `prometheus "lab" {\n  uri = "${prometheus.url}"\n  timeout = "30s"\n}\n`;
      await writeFile(config, `${await readFile(CONFIG, 'utf8')}\n${server}`);
    });
    after(() => prometheus.stop());

    it('finds nothing', async () => {
      expect(serious(await lint(Object.values(RULE_FILES), config))).to.deep.equal([]);
    });

    it('would find a metric and a label value that nobody exports', async () => {
      const found = serious(await lint([await brokenFile()], config));
      const lines = found.filter(({ reporter }) => reporter === 'promql/series').map(({ lines: [line] }) => line);
      expect(lines).to.have.members([7, 9]);
    });
  });
});

/** The series of a scenario, as if it had just been played: pint asks for the present. */
async function presentSeries(folder: string, name: string): Promise<string> {
  const scenario = scenarioNamed(name);
  const nothing = { write: () => {} };
  const { samples, times } = await playScenario(
    { scenario, hours: HOURS, clusters: 1, seed: 1 },
    { traces: nothing, logs: nothing },
  );
  const file = join(folder, `${name}.om`);
  const duration = times.interval * (times.count - 1);
  writeOpenMetrics(file, samples, new ScrapeTimes(Date.now() + MINUTE - duration, times.interval, duration));
  // Each in a job of its own, so that they can be there at the same time.
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replaceAll('job="mesh-controller"', `job="${name}"`));
  return file;
}
