import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { RunOptions } from './run.js';
import type { Scenario } from './scenario.js';
import { SCENARIOS } from './scenarios/index.js';

/** What is wrong with a command line, in words for the one who typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** How rule tests may be spaced, in milliseconds. */
const RULE_INTERVALS = new Map([
  ['15s', 15_000],
  ['1m', 60_000],
]);

/** The text of `--help`. */
export const HELP = `Usage: npm run lab -- <scenario> [options]

Runs a scenario with the real controller, instrumentation and exporter in virtual time.

Options:
  --hours <n>              virtual hours; default: the scenario's
  --clusters <n>           clusters; default: the scenario's
  --nodes <n>              nodes of each cluster; default: the scenario's
  --shards <n>             shards of each cluster; default: the scenario's
  --seed <n>               the same seed gives the same files; default: 1
  --restart-at <minute>    virtual minute in which every controller is replaced by one of the next version
  --out <folder>           where the files go; default: build/lab/<scenario>
  --rule-interval 15s|1m   spacing of input-series.yaml; default: 1m
  --help                   this text

Scenarios:
${listOfScenarios()}`;

/**
 * Reads the arguments after the program's name.
 *
 * @returns undefined when help is asked for
 * @throws UsageError
 */
export function readCommandLine(args: readonly string[]): RunOptions | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const scenario = findScenario(positionals);
  const { nodes, shards } = scenario.mesh;
  const ruleInterval = RULE_INTERVALS.get(values['rule-interval']);
  if (ruleInterval === undefined) throw new UsageError('--rule-interval must be 15s or 1m');
  const mesh = {
    ...scenario.mesh,
    nodes: wholeNumber('nodes', values.nodes, nodes),
    shards: wholeNumber('shards', values.shards, shards),
  };
  return {
    scenario: { ...scenario, mesh },
    hours: positive('hours', values.hours, scenario.hours),
    clusters: wholeNumber('clusters', values.clusters, scenario.clusters),
    seed: wholeNumber('seed', values.seed, 1),
    restartAt: values['restart-at'] === undefined ? undefined : positive('restart-at', values['restart-at'], 0),
    folder: values.out ?? join('build', 'lab', scenario.name),
    ruleInterval,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        hours: { type: 'string' },
        clusters: { type: 'string' },
        nodes: { type: 'string' },
        shards: { type: 'string' },
        seed: { type: 'string' },
        'restart-at': { type: 'string' },
        out: { type: 'string' },
        'rule-interval': { type: 'string', default: '1m' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function findScenario(positionals: readonly string[]): Scenario {
  const [name, ...rest] = positionals;
  if (name === undefined) throw new UsageError(`name a scenario:\n${listOfScenarios()}`);
  if (rest.length > 0) throw new UsageError(`one scenario at a time, not ${positionals.join(' and ')}`);
  const scenario = SCENARIOS.find((candidate) => candidate.name === name);
  if (scenario === undefined) throw new UsageError(`no scenario ${name}; there are:\n${listOfScenarios()}`);
  return scenario;
}

function wholeNumber(option: string, text: string | undefined, fallback: number): number {
  const value = positive(option, text, fallback);
  if (!Number.isSafeInteger(value)) throw new UsageError(`--${option} must be a whole number`);
  return value;
}

function positive(option: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new UsageError(`--${option} must be a number above 0`);
  return value;
}

function listOfScenarios(): string {
  return SCENARIOS.map(({ name, shows }) => `  ${name.padEnd(24)}${shows}`).join('\n');
}
