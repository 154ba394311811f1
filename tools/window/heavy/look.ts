import { once } from 'node:events';
import { Argument, Command, InvalidArgumentError } from 'commander';
import open from 'open';
import type { Scenario } from '../../../examples/lab/scenario.js';
import { SCENARIOS } from '../../../examples/lab/scenarios.js';
import { didYouMean } from '../../../examples/operator/cli/usage.js';
import { Shutdown } from '../../../examples/stack/shutdown.js';
import { WINDOW_PORT } from '../server/server.js';
import { openHistory } from './history-window.js';

interface LookOptions {
  readonly minute?: number;
  readonly hours?: number;
  readonly clusters?: number;
  readonly port?: number;
  readonly open?: true;
}

const command = new Command('npm run look --')
  .description('Plays a scenario of the lab, and shows it in a browser: dashboards, traces, log events, runbooks.')
  .addArgument(new Argument('<scenario>', 'what happens; "npm run lab -- --help" lists all').argParser(parseScenario))
  .option('--minute <n>', 'the clock stands there, counted from the beginning; default: the end', parsePositive)
  .option('--hours <n>', "hours that are played; default: the scenario's", parsePositive)
  .option('--clusters <n>', "clusters; default: the scenario's", parsePositive)
  .option('--port <n>', `port of the page; default: ${WINDOW_PORT}, or another where that is taken`, parsePositive)
  .option('--open', 'open the page in the browser')
  .parse();
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted.abort());

const shutdown = new Shutdown();
try {
  const scenario = command.processedArgs[0] as Scenario;
  const { open: inBrowser, ...options } = command.opts<LookOptions>();
  const { hours, clusters } = scenario;
  const { url } = await openHistory({ scenario, hours, clusters, seed: 1, ...options }, shutdown, interrupted.signal);
  console.log(`${url}\n\nCtrl-C ends it.`);
  if (inBrowser) {
    // Not every machine has one; whoever reads the line above can open it.
    (await open(url)).on('error', (error) => console.error(`No browser was opened: ${error.message}`));
  }
  if (!interrupted.signal.aborted) await once(interrupted.signal, 'abort');
} catch (error) {
  if (!interrupted.signal.aborted) {
    console.error(`error: ${(error as Error).message}`);
    process.exitCode = 1;
  }
} finally {
  await shutdown.run();
}

function parseScenario(name: string): Scenario {
  const scenario = SCENARIOS.find((candidate) => candidate.name === name);
  if (scenario !== undefined) return scenario;
  const names = SCENARIOS.map((candidate) => candidate.name);
  throw new InvalidArgumentError(`There are ${names.join(', ')}.${didYouMean(name, names)}`);
}

function parsePositive(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('Give a number above 0.');
}
