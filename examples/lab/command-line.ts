import { join } from 'node:path';
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { usageText } from '../operator/cli/usage.js';
import { parsePositive, parseScenario, scenarioNames } from './arguments.js';
import type { RunOptions } from './run.js';
import type { Scenario } from './scenario.js';
import { SCENARIOS } from './scenarios.js';

/** A wrong command line; the message is one line for its author. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

interface LabOptions {
  readonly hours?: number;
  readonly clusters?: number;
  readonly nodes?: number;
  readonly shards?: number;
  readonly seed: number;
  readonly restartAt?: number;
  readonly journals?: boolean;
  readonly out?: string;
  readonly ruleInterval: keyof typeof RULE_INTERVALS;
}

/** Intervals of rule tests, in milliseconds. */
const RULE_INTERVALS = { '15s': 15_000, '1m': 60_000 } as const;

/** The text of `--help`. */
export function helpText(): string {
  let text = '';
  const keep = (part: string) => {
    text += part;
  };
  command().configureOutput({ writeOut: keep }).outputHelp();
  return text;
}

/**
 * Reads the arguments after the program's name.
 *
 * @returns undefined when help is asked for
 * @throws UsageError
 */
export function readCommandLine(args: readonly string[]): RunOptions | undefined {
  try {
    const lab = command().parse(args, { from: 'user' });
    return runOptions(lab.processedArgs[0] as Scenario | undefined, lab.opts<LabOptions>());
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed') return undefined;
    throw new UsageError(usageText(error, '"npm run lab -- --help" lists what there is.'));
  }
}

function command(): Command {
  return (
    new Command('npm run lab --')
      .description('Runs a scenario with the real controller, instrumentation and exporter in virtual time.')
      .addArgument(new Argument('[scenario]', 'what happens').argParser(parseScenario))
      .option('--hours <n>', "virtual hours; default: the scenario's", parsePositive)
      .option('--clusters <n>', "clusters; default: the scenario's", parseWhole)
      .option('--nodes <n>', "nodes of each cluster; default: the scenario's", parseWhole)
      .option('--shards <n>', "shards of each cluster; default: the scenario's", parseWhole)
      .option('--seed <n>', 'the same seed gives the same files', parseWhole, 1)
      .option(
        '--restart-at <minute>',
        'virtual minute in which every controller is replaced by one of the next version',
        parsePositive,
      )
      .option('--journals', 'every controller keeps a journal, and goes on from it after a restart')
      .option('--out <folder>', 'where the files go; default: build/lab/<scenario>')
      .addOption(
        new Option('--rule-interval <interval>', 'spacing of input-series.yaml')
          .choices(Object.keys(RULE_INTERVALS))
          .default('1m'),
      )
      .addHelpText('after', `\nScenarios:\n${listOfScenarios()}`)
      .exitOverride()
      // Both are printed by the one who asks.
      .configureOutput({ writeOut: () => {}, outputError: () => {} })
  );
}

function runOptions(scenario: Scenario | undefined, options: LabOptions): RunOptions {
  if (scenario === undefined) throw new UsageError(`Name a scenario. There are ${scenarioNames().join(', ')}.`);
  const { nodes, shards } = scenario.mesh;
  const {
    hours = scenario.hours,
    clusters = scenario.clusters,
    seed,
    restartAt,
    journals,
    out,
    ruleInterval,
  } = options;
  if (restartAt !== undefined && restartAt >= hours * 60) {
    throw new UsageError(`--restart-at ${restartAt} comes after the end: give a minute below ${hours * 60}.`);
  }
  return {
    scenario: {
      ...scenario,
      mesh: { ...scenario.mesh, nodes: options.nodes ?? nodes, shards: options.shards ?? shards },
    },
    hours,
    clusters,
    seed,
    restartAt,
    journals,
    folder: out ?? join('build', 'lab', scenario.name),
    ruleInterval: RULE_INTERVALS[ruleInterval],
  };
}

function parseWhole(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('Give a whole number above 0.');
}

function listOfScenarios(): string {
  return SCENARIOS.map(({ name, shows }) => `  ${name.padEnd(24)}${shows}`).join('\n');
}
