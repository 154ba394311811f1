#!/usr/bin/env node
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { FORMATS, KINDS, ruleDocument } from './documents.js';
import { DEFAULTS, SettingsError, withThresholds } from './settings.js';
import { THRESHOLDS, type Threshold } from './thresholds.js';

const HELP = `Usage: rebalance-rules [options]

Writes the Prometheus rules of mesh rebalancing with thresholds of your own.

Options:
  --set <name>=<value>     changes a threshold; may be given again
  --grafana <url>          where your Grafana is; default: ${DEFAULTS.grafana}
  --runbooks <url>         folder of the runbooks, or an address with {name} for that of the alert;
                           default: ${DEFAULTS.runbooks}
  --only recording|alerts  leaves the other rules out
  --format operator        a PrometheusRule resource instead of a rule file
  --out <file>             where to write; default: standard output
  --list                   prints every threshold with its default
  -h, --help               this text
`;

function read(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        set: { type: 'string', multiple: true, default: [] },
        grafana: { type: 'string', default: DEFAULTS.grafana },
        runbooks: { type: 'string', default: DEFAULTS.runbooks },
        only: { type: 'string', default: 'all' },
        format: { type: 'string', default: 'prometheus' },
        out: { type: 'string' },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    // The rest of Node's message tells of arguments that this program does not take.
    const [what] = (error as Error).message.split('. ');
    throw new SettingsError(`${what}; --help tells what there is`);
  }
}

function oneOf<T extends string>(option: string, choices: readonly T[], value: string): T {
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined) throw new SettingsError(`--${option} must be one of ${choices.join(', ')}, not "${value}"`);
  return choice;
}

function address(option: string, text: string): string {
  if (!URL.canParse(text))
    throw new SettingsError(`--${option} must be an address such as https://example.com, not "${text}"`);
  return text.replace(/\/+$/, '');
}

function list(): string {
  const entries: [string, Threshold][] = Object.entries(THRESHOLDS);
  return entries.map(([name, { value, decides }]) => `${name.padEnd(21)}${value.padEnd(6)}${decides}\n`).join('');
}

function output(args: string[]): void {
  const options = read(args);
  if (options.help) process.stdout.write(HELP);
  else if (options.list && args.length > 1)
    throw new SettingsError('--list prints the defaults and takes nothing beside it; leave it out, or the others');
  else if (options.list) process.stdout.write(list());
  else {
    const settings = {
      values: withThresholds(options.set),
      grafana: address('grafana', options.grafana),
      runbooks: address('runbooks', options.runbooks),
    };
    const text = ruleDocument(settings, oneOf('only', KINDS, options.only), oneOf('format', FORMATS, options.format));
    if (options.out === undefined) process.stdout.write(text);
    else writeFileSync(options.out, text);
  }
}

try {
  output(process.argv.slice(2));
} catch (error) {
  const failure = error as NodeJS.ErrnoException;
  if (!(error instanceof SettingsError) && failure.syscall !== 'open') throw error;
  process.stderr.write(`error: ${failure.message}\n`);
  process.exitCode = error instanceof SettingsError ? 2 : 1;
}
