import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { didYouMean, usageText } from '../operator/cli/usage.js';
import { COMPANION_NAMES, type CompanionName } from './companions.js';

const HELP = '"npm run demo -- --help" lists what there is.';
const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** Options of the demo. */
export interface DemoOptions {
  /** Milliseconds; without it the demo runs until Ctrl-C. */
  readonly for?: number;
  readonly metricsPort: number;
  readonly controlPort: number;
  readonly with: readonly CompanionName[];
  readonly otlp?: string;
  /** Opens the page in a browser. */
  readonly open: boolean;
}

/**
 * Reads the command line. Ends the process on `--help`, and with 2 and one line on wrong usage.
 *
 * @param hasPage offers to open it
 */
export function readOptions(args: readonly string[], hasPage: boolean): DemoOptions {
  try {
    return parse(args, hasPage);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) process.stderr.write(`error: ${usageText(error, HELP)}\n`);
    return process.exit(error.exitCode === 0 ? 0 : 2);
  }
}

function parse(args: readonly string[], hasPage: boolean): DemoOptions {
  const command = new Command('demo')
    .description('Runs a simulated mesh whose rebalance controllers are observed, and says where to look.')
    .option('--for <time>', 'end by itself after a time such as 60s or 5m', parseTime)
    .option('--metrics-port <port>', 'port of the Prometheus exporter', parsePort, 9464)
    .option('--control-port <port>', 'port of the control API', parsePort, 7070)
    .option('--with <programs>', `also start, from PATH, some of ${COMPANION_NAMES.join(',')}`, parseCompanions, [])
    .option(
      '--otlp <url>',
      'send traces and logs to this OTLP/HTTP receiver, such as http://127.0.0.1:4318',
      parseReceiver,
    )
    .exitOverride()
    // Printed when all errors have come to one place.
    .configureOutput({ outputError: () => {} });
  if (hasPage) command.option('--open', 'open the page in the browser');
  const options = { open: false, ...command.parse(args, { from: 'user' }).opts<Omit<DemoOptions, 'open'>>() };
  // Traces and logs go to one place.
  if (options.otlp !== undefined && options.with.includes('collector'))
    command.error('"--with collector" takes what "--otlp" would send elsewhere. Give one of them.');
  return options;
}

/**
 * Milliseconds of a time such as 60s, 5m or 1h.
 *
 * @throws InvalidArgumentError that says how to give one
 */
export function parseTime(text: string): number {
  const [, amount, unit = ''] = /^(\d{1,6})([smh])$/.exec(text) ?? [];
  const factor = UNIT_MS[unit];
  if (amount === undefined || factor === undefined)
    throw new InvalidArgumentError('Give a time such as 60s, 5m or 1h.');
  return Number(amount) * factor;
}

function parseCompanions(text: string, before: readonly CompanionName[]): CompanionName[] {
  const names = text.split(',').map((given) => {
    const name = COMPANION_NAMES.find((known) => known === given.trim());
    if (name === undefined)
      throw new InvalidArgumentError(
        `Give some of ${COMPANION_NAMES.join(',')}.${didYouMean(given.trim(), COMPANION_NAMES)}`,
      );
    return name;
  });
  return [...before, ...names];
}

function parseReceiver(text: string): string {
  const { protocol, search, hash } = URL.canParse(text) ? new URL(text) : {};
  if ((protocol === 'http:' || protocol === 'https:') && search === '' && hash === '') return text;
  throw new InvalidArgumentError('Give an address such as http://127.0.0.1:4318.');
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 1 && port <= 65_535) return port;
  throw new InvalidArgumentError('Give a port from 1 to 65535.');
}
