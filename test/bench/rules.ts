import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { ALERT_PREFIX } from '../../rules/alert-definition.js';
import { inSeconds } from '../../rules/duration.js';
import type { AlertRule, RecordingRule, RuleGroup } from '../../rules/rule.js';
import { RULE_FILES } from '../rules/rule-files.js';
import { Prometheus } from '../support/prometheus.js';
import { SECOND } from '../support/time.js';
import { type GroupTimes, ruleTimes } from './rule-times.js';
import { writeFleet } from './rules-fleet.js';
import { quick } from './settings.js';
import { median } from './statistics.js';
import { textTable } from './text-table.js';
import { verdict } from './verdict.js';

/** The alerts before the package told what it knows: they guessed it from what changed. */
const FIRST_EDITION = fileURLToPath(new URL('../../../test/bench/first-edition.alerts.yaml', import.meta.url));
const NO_RULES = 'groups: []\n';

const clusters = quick ? 10 : 200;
/** Rounds of evaluation that are waited for. */
const ROUNDS = quick ? 3 : 10;
/** What an installation has that evaluates rules often. */
const INTERVAL_SECONDS = 30;
/** Rules that are named. */
const SLOWEST = 8;

interface RuleFile {
  readonly text: string;
  readonly groups: readonly RuleGroup<AlertRule | RecordingRule>[];
  readonly alerts: readonly AlertRule[];
}

async function readRules(path: string): Promise<RuleFile> {
  const text = await readFile(path, 'utf8');
  const { groups } = parse(text) as Pick<RuleFile, 'groups'>;
  const alerts = groups.flatMap(({ rules }) => rules.filter((rule) => 'alert' in rule));
  return { text, groups, alerts };
}

/** Characters of expressions, which are to be read by a person. */
function characters(alerts: readonly AlertRule[]): number {
  return alerts.reduce((sum, { expr }) => sum + expr.length, 0);
}

function described({ alerts }: RuleFile): string {
  const guesses = (call: RegExp) => alerts.reduce((sum, { expr }) => sum + [...expr.matchAll(call)].length, 0);
  return `${alerts.length} alerting rules of ${characters(alerts)} characters, ${guesses(/\bchanges\(/g)} with changes(), ${guesses(/\boffset\b/g)} with offset`;
}

/** The rules without intervals of their own, so that every group is evaluated within seconds. */
async function writeRules(folder: string, path: string, text: string): Promise<string> {
  const file = join(folder, basename(path));
  await writeFile(file, text.replaceAll(/^ +interval: .*\n/gm, ''));
  return file;
}

const began = performance.now();

/** Says how far it is: the hour is played and loaded in minutes. */
function tell(what: string): void {
  console.error(`rules: ${what}, after ${((performance.now() - began) / SECOND).toFixed(0)} s`);
}

const recording = await readRules(RULE_FILES.recording);
const alerts = await readRules(RULE_FILES.alerts);
const first = await readRules(FIRST_EDITION);
console.log(`${described(alerts)}; the first edition: ${described(first)}`);
const hanging = ({ alerts }: RuleFile) =>
  characters(
    alerts.filter(({ alert }) =>
      ['Stuck', 'NodeDrainStalled', 'RunningTooLong'].some((name) => alert === `${ALERT_PREFIX}${name}`),
    ),
  );
console.log(
  verdict(
    `Stuck, NodeDrainStalled and RunningTooLong in at most 1000 characters (${hanging(first)} in the first edition)`,
    `${hanging(alerts)}`,
    hanging(alerts) <= 1_000,
  ),
);

/** Seconds of a group in a round of all rules: those that are evaluated seldom take part in some of them. */
function inARound({ name, rounds }: GroupTimes, of: (times: readonly number[]) => number): number {
  const { interval } = [...alerts.groups, ...recording.groups].find((group) => group.name === name) ?? {};
  return of(rounds) * (interval === undefined ? 1 : INTERVAL_SECONDS / inSeconds(interval));
}

function total(groups: readonly GroupTimes[]): number {
  return groups.reduce((sum, group) => sum + inARound(group, median), 0);
}

const folder = await mkdtemp(join(tmpdir(), 'rules-bench-'));
try {
  const samples = await writeFleet(folder, clusters, tell);
  tell('Prometheus loads it');
  const prometheus = await Prometheus.over(samples, {
    release: '3',
    ruleFiles: [
      await writeRules(folder, RULE_FILES.recording, recording.text),
      await writeRules(folder, RULE_FILES.alerts, alerts.text),
    ],
    evaluationInterval: '2s',
  });
  try {
    tell('Prometheus evaluates the rules');
    const ours = await ruleTimes(prometheus, ROUNDS, tell);
    tell('it evaluates those of the first edition');
    // One after the other: groups that are evaluated at the same time take longer.
    await prometheus.halt();
    await writeRules(folder, RULE_FILES.recording, NO_RULES);
    await writeRules(folder, RULE_FILES.alerts, first.text);
    await prometheus.restart();
    const before = await ruleTimes(prometheus, ROUNDS, tell);
    const live = 'sum(mesh_rebalance_plans{state=~"rebalancePending|draining|rebalancing"})';
    const [{ value: plans } = { value: 0 }] = await prometheus.query(live);
    const [{ value: series } = { value: 0 }] = await prometheus.query('count({job="mesh-controller"})');
    // Else the machine was so slow that the fleet's last samples were too old to be seen.
    if (plans < 4 * clusters) throw new Error(`only ${plans} plans are left to be looked at`);
    const share = (time: number) => `${((100 * time) / INTERVAL_SECONDS).toFixed(2)} %`;
    const milliseconds = (time: number) => (1000 * time).toFixed(1);
    const row = (name: string, usual: number, most: number, round: number) => [
      name,
      milliseconds(usual),
      milliseconds(most),
      milliseconds(round),
      share(round),
    ];
    const sum = (name: string, all: readonly GroupTimes[]) => [
      name,
      '',
      '',
      milliseconds(total(all)),
      share(total(all)),
    ];
    console.log(`Rules over ${clusters} clusters, ${plans} live plans, ${series} series and a day, in Prometheus 3`);
    console.log(
      textTable(
        ['group', 'median ms', 'slowest ms', 'ms of a round', `of ${INTERVAL_SECONDS} s`],
        [
          ...ours.map((group) =>
            row(group.name, median(group.rounds), Math.max(...group.rounds), inARound(group, median)),
          ),
          sum('all', ours),
          sum('alerts of the first edition', before),
        ],
      ),
    );
    const slow = ours
      .flatMap(({ rules }) => [...rules].map(([name, times]) => [name, median(times)] as const))
      .sort(([, a], [, b]) => b - a);
    console.log(
      textTable(
        ['the slowest rules', 'median ms'],
        slow.slice(0, SLOWEST).map(([name, time]) => [name, milliseconds(time)]),
      ),
    );
    const round = total(ours);
    const ratio = round / total(before);
    console.log(
      verdict(
        "a round of all rules in at most half of the first edition's alerts",
        `${round.toFixed(2)} s of ${total(before).toFixed(2)} s, ${ratio.toFixed(2)}`,
        ratio <= 0.5,
      ),
    );
    console.log(
      verdict(
        'a round of all rules in less than 5 % of 30 s',
        share(total(ours)),
        total(ours) < 0.05 * INTERVAL_SECONDS,
      ),
    );
  } finally {
    await prometheus.stop();
  }
} finally {
  await rm(folder, { recursive: true });
}
