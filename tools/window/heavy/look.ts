import { Argument, Command } from 'commander';
import { parsePositive, parseScenario } from '../../../examples/lab/arguments.js';
import type { Scenario } from '../../../examples/lab/scenario.js';
import { interruption, untilInterrupted } from '../../until-interrupted.js';
import { openInBrowser } from '../open-in-browser.js';
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
await untilInterrupted(async (shutdown, signal) => {
  const scenario = command.processedArgs[0] as Scenario;
  const { open: inBrowser, ...options } = command.opts<LookOptions>();
  const { hours, clusters } = scenario;
  const { url } = await openHistory({ scenario, hours, clusters, seed: 1, ...options }, shutdown, signal);
  console.log(`${url}\n\nCtrl-C ends it.`);
  if (inBrowser) await openInBrowser(url);
  await interruption(signal);
});
