import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { writeOpenMetrics } from '../../examples/lab/open-metrics.js';
import { playScenario } from '../../examples/lab/run.js';
import type { Samples } from '../../examples/lab/samples.js';
import { fleet } from '../../examples/lab/scenarios.js';
import { ScrapeTimes } from '../../examples/lab/scrape-times.js';
import { ALERT_PREFIX } from '../../rules/alert-definition.js';
import { ALERT_RULES, RULE_FILES } from '../rules/rule-files.js';
import { Prometheus } from '../support/prometheus.js';
import { SECOND } from '../support/time.js';
import { quick } from './settings.js';
import { median } from './statistics.js';
import { textTable } from './text-table.js';
import { verdict } from './verdict.js';

const clusters = quick ? 10 : 200;
/** Rounds of evaluation that are waited for. */
const ROUNDS = quick ? 3 : 10;
/** What an installation has that evaluates rules often. */
const INTERVAL_SECONDS = 30;
/** Longest that a round may take. */
const PATIENCE_MS = 30_000;
/** Asked more often, Prometheus would write down its alerts instead of evaluating them. */
const PAUSE_MS = 500;
/** Rules that are named. */
const SLOWEST = 8;

interface Group {
  readonly name: string;
  readonly evaluationTime: number;
  readonly lastEvaluation: string;
  readonly rules: readonly Rule[];
}

interface Rule {
  readonly name: string;
  readonly health: string;
  readonly lastError?: string;
  readonly evaluationTime: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Seconds that each evaluation took, by group and by rule. */
interface Times {
  readonly groups: ReadonlyMap<string, readonly number[]>;
  readonly rules: ReadonlyMap<string, readonly number[]>;
}

/** The hour of a fleet as a Prometheus would have it that has scraped it until now. */
async function writeFleet(folder: string): Promise<string> {
  tell(`plays an hour of ${clusters} clusters`);
  const nothing = { write: () => {} };
  const { samples, times } = await playScenario(
    { scenario: fleet, hours: 1, clusters, seed: 1 },
    { traces: nothing, logs: nothing },
  );
  tell('writes it down');
  const file = join(folder, 'metrics.om');
  const duration = times.interval * (times.count - 1);
  const start = Date.now() - duration;
  postpone(samples, (start - times.start) / SECOND);
  writeOpenMetrics(file, samples, new ScrapeTimes(start, times.interval, duration));
  return file;
}

/** Moves every time that the series tell: else the clocks of all controllers would be wrong, and an alert would say so of each. */
function postpone(samples: Samples, seconds: number): void {
  for (const { name, values } of samples.families().flatMap(({ series }) => series)) {
    if (!name.endsWith('_timestamp_seconds')) continue;
    // 0 stands for none.
    for (const [index, value] of values.entries()) if (value !== 0) values[index] = value + seconds;
  }
}

/** The rule files without intervals of their own, so that every group is evaluated within seconds. */
async function writeRules(folder: string): Promise<string[]> {
  return Promise.all(
    Object.values(RULE_FILES).map(async (path) => {
      const file = join(folder, basename(path));
      await writeFile(file, (await readFile(path, 'utf8')).replaceAll(/^ +interval: .*\n/gm, ''));
      return file;
    }),
  );
}

/** How long the evaluations took. @throws Error for a rule that fails, and when no group is evaluated for long */
async function evaluations(prometheus: Prometheus): Promise<Times> {
  const times = { groups: new Map<string, number[]>(), rules: new Map<string, number[]>() };
  const seen = new Set<string>();
  const note = (of: 'groups' | 'rules', name: string, seconds: number) =>
    times[of].set(name, [...(times[of].get(name) ?? []), seconds]);
  let leastRounds = 0;
  let since = performance.now();
  while (leastRounds < ROUNDS) {
    if (performance.now() - since > PATIENCE_MS) throw new Error(`no round of all rules within ${PATIENCE_MS} ms`);
    await setTimeout(PAUSE_MS);
    const { groups } = await prometheus.get<{ groups: readonly Group[] }>('rules');
    for (const { name, evaluationTime, lastEvaluation, rules } of groups) {
      const failed = rules.find(({ health }) => health === 'err');
      if (failed !== undefined) throw new Error(`${name}: ${failed.lastError}`);
      const evaluation = `${name} ${lastEvaluation}`;
      if (seen.has(evaluation) || rules.some(({ health }) => health !== 'ok')) continue;
      seen.add(evaluation);
      note('groups', name, evaluationTime);
      for (const rule of rules) note('rules', nameOf(rule), rule.evaluationTime);
    }
    const rounds = Math.min(...groups.map(({ name }) => times.groups.get(name)?.length ?? 0));
    if (rounds === leastRounds) continue;
    leastRounds = rounds;
    since = performance.now();
    tell(`round ${rounds} of ${ROUNDS}`);
  }
  return times;
}

const began = performance.now();

/** Says how far it is: the hour is played and loaded in minutes. */
function tell(what: string): void {
  console.error(`rules: ${what}, after ${((performance.now() - began) / SECOND).toFixed(0)} s`);
}

function nameOf({ name, labels }: Rule): string {
  return [name, labels?.['severity'] ?? ''].join(' ').trim();
}

/** Characters of the expressions of these alerts, which are to be read by a person. */
function characters(alerts: readonly string[] = ALERT_RULES.map(({ alert }) => alert)): number {
  const asked = ALERT_RULES.filter(({ alert }) => alerts.includes(alert));
  return asked.reduce((sum, { expr }) => sum + expr.length, 0);
}

const guesses = (call: RegExp) => ALERT_RULES.filter(({ expr }) => call.test(expr)).length;
console.log(
  `${ALERT_RULES.length} alerting rules of ${characters()} characters, ` +
    `${guesses(/\bchanges\(/)} with changes(), ${guesses(/\boffset\b/)} with offset; before the facts, 27 of 8229, 3 and 4`,
);
const onFacts = characters(['Stuck', 'NodeDrainStalled', 'RunningTooLong'].map((name) => `${ALERT_PREFIX}${name}`));
console.log(
  verdict(
    'Stuck, NodeDrainStalled and RunningTooLong in at most 1000 characters (3725 before)',
    `${onFacts}`,
    onFacts <= 1_000,
  ),
);

const folder = await mkdtemp(join(tmpdir(), 'rules-bench-'));
try {
  const hour = await writeFleet(folder);
  tell('Prometheus loads it');
  const prometheus = await Prometheus.over([hour], {
    release: '3',
    ruleFiles: await writeRules(folder),
    evaluationInterval: '2s',
  });
  try {
    tell('Prometheus evaluates the rules');
    const { groups, rules } = await evaluations(prometheus);
    const live = 'sum(mesh_rebalance_plans{state=~"rebalancePending|draining|rebalancing"})';
    const [{ value: plans } = { value: 0 }] = await prometheus.query(live);
    const [{ value: series } = { value: 0 }] = await prometheus.query('count({job="mesh-controller"})');
    // Else the machine was so slow that the fleet's last samples were too old to be seen.
    if (plans < 4 * clusters) throw new Error(`only ${plans} plans are left to be looked at`);
    const middle = [...groups.values()].map(median).reduce((sum, time) => sum + time, 0);
    const slowest = [...groups.values()].map((times) => Math.max(...times)).reduce((sum, time) => sum + time, 0);
    const share = (time: number) => `${((100 * time) / INTERVAL_SECONDS).toFixed(2)} %`;
    const row = (name: string, usual: number, most: number) => [
      name,
      (1000 * usual).toFixed(1),
      (1000 * most).toFixed(1),
      share(usual),
    ];
    console.log(`Rules over ${clusters} clusters, ${plans} live plans, ${series} series, in Prometheus 3`);
    console.log(
      textTable(
        ['group', 'median ms', 'slowest ms', `of ${INTERVAL_SECONDS} s`],
        [
          ...[...groups].map(([name, times]) => row(name, median(times), Math.max(...times))),
          row('all', middle, slowest),
        ],
      ),
    );
    const slow = [...rules].map(([name, times]) => [name, median(times)] as const).sort(([, a], [, b]) => b - a);
    console.log(
      textTable(
        ['the slowest rules', 'median ms'],
        slow.slice(0, SLOWEST).map(([name, time]) => [name, (1000 * time).toFixed(1)]),
      ),
    );
    console.log(verdict('a round of all rules in at most 1 s', `${middle.toFixed(2)} s`, middle <= 1));
    console.log(verdict('in less than 5 % of 30 s', share(middle), middle < 0.05 * INTERVAL_SECONDS));
  } finally {
    await prometheus.stop();
  }
} finally {
  await rm(folder, { recursive: true });
}
